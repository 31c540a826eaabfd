#include "finetune/rl/policy_loss.h"

#include <gmock/gmock.h>

#include <cmath>

#include "engine/runtime/random.h"

namespace hearth::finetune {
namespace {

using testing::Each;

/// Three answers; some tokens' ratios lie beyond the clip, some before it.
class PolicyLossTest : public testing::TestWithParam<PolicyLossKind> {
protected:
    PolicyLossTest() {
        for (const size_t length : {4, 1, 7}) {
            for (size_t t = 0; t < length; ++t) {
                const double logp = -2.0 + engine::uniformAt(1, policy.size());
                policy.push_back(logp);
                old.push_back(logp + 0.8 * (engine::uniformAt(2, policy.size()) - 0.5));
                reference.push_back(logp + 0.5 * (engine::uniformAt(3, policy.size()) - 0.5));
                rollout.push_back(old.back() + 0.2 * (engine::uniformAt(4, policy.size()) - 0.5));
            }
            lengths.push_back(length);
        }
    }

    PolicyLoss loss() const {
        std::vector<GradedAnswer> answers;
        size_t begin = 0;
        const double advantages[] = {1.2, -0.7, -0.4};
        for (size_t i = 0; i < lengths.size(); begin += lengths[i++]) {
            const auto part = [&](const std::vector<double>& values) {
                return std::span(values).subspan(begin, lengths[i]);
            };
            answers.push_back({.advantage = advantages[i],
                               .counts = i != skipped,
                               .policy = part(policy),
                               .old = part(old),
                               .reference = part(reference),
                               .rollout = part(rollout)});
        }
        return policyLoss(answers, options);
    }

    PolicyLossOptions options{.kind = GetParam(), .beta = 0.1, .max_tokens = 10};
    std::vector<double> policy, old, reference, rollout;
    std::vector<size_t> lengths;
    size_t skipped = 99;
};

TEST_P(PolicyLossTest, DerivativesAreThoseOfTheLoss) {
    const PolicyLoss at = loss();
    ASSERT_EQ(at.derivatives.size(), policy.size());
    if (GetParam() != PolicyLossKind::Gspo) {
        EXPECT_GT(at.clipped, 0);
        EXPECT_LT(at.clipped, at.tokens);
    }
    constexpr double kStep = 1e-6;
    for (size_t t = 0; t < policy.size(); ++t) {
        const double original = policy[t];
        policy[t] = original + kStep;
        const double up = loss().loss;
        policy[t] = original - kStep;
        const double down = loss().loss;
        policy[t] = original;
        EXPECT_NEAR(at.derivatives[t], (up - down) / (2 * kStep), 1e-8) << t;
    }
}

TEST_P(PolicyLossTest, AnAnswerThatDoesNotCountChangesNothing) {
    skipped = 2;
    const PolicyLoss without = loss();
    EXPECT_THAT(std::span(without.derivatives).last(lengths[2]), Each(0.0));
    const std::vector<double> before = policy;
    policy.back() -= 3.0;
    EXPECT_EQ(loss().loss, without.loss);
    policy = before;
    skipped = 99;
    EXPECT_NE(loss().loss, without.loss);
}

TEST_P(PolicyLossTest, WeighsTokensByHowMuchLikelierTheTrainerFoundThem) {
    options.beta = 0.0;
    options.max_weight = 2.0;
    policy = old;
    rollout = old;
    const PolicyLoss exact = loss();
    for (double& logp : rollout)
        logp -= std::log(1.5);
    EXPECT_NEAR(loss().loss, 1.5 * exact.loss, 1e-12);
    for (double& logp : rollout)
        logp -= 3.0;  // held at max_weight
    EXPECT_NEAR(loss().loss, 2.0 * exact.loss, 1e-12);
}

INSTANTIATE_TEST_SUITE_P(Kinds, PolicyLossTest,
                         testing::Values(PolicyLossKind::Grpo, PolicyLossKind::DrGrpo,
                                         PolicyLossKind::Dapo, PolicyLossKind::Gspo));

TEST(GroupAdvantages, AreZeroWhereAllAnswersAreWorthTheSame) {
    for (const auto kind : {PolicyLossKind::Grpo, PolicyLossKind::DrGrpo})
        EXPECT_THAT(groupAdvantages(std::vector<double>{0.5, 0.5, 0.5}, kind), Each(0.0));
}

TEST(GroupAdvantages, DrGrpoDoesNotDivide) {
    EXPECT_THAT(groupAdvantages(std::vector<double>{1.0, 0.0}, PolicyLossKind::DrGrpo),
                testing::ElementsAre(0.5, -0.5));
}

}  // namespace
}  // namespace hearth::finetune
