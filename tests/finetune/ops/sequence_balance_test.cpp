#include "finetune/ops/sequence_balance.h"

#include <cmath>

#include "tests/finetune/ops/gradient_check.h"

namespace hearth::test {
namespace {

using engine::RouterScoring;

constexpr int64_t kExperts = 5, kChoices = 2;

/// The formula, in double.
double balanceLoss(const Matrix& logits, const std::vector<int32_t>& experts, RouterScoring scoring,
                   int64_t begin, int64_t tokens) {
    std::vector<double> share(kExperts), chosen(kExperts);
    for (int64_t t = begin; t < begin + tokens; ++t) {
        std::vector<double> scores(kExperts);
        double sum = 0.0;
        for (int64_t e = 0; e < kExperts; ++e) {
            const double logit = logits.at(t, e);
            scores[size_t(e)] = scoring == RouterScoring::Sigmoid ? 1.0 / (1.0 + std::exp(-logit))
                                                                  : std::exp(logit);
            sum += scores[size_t(e)];
        }
        for (int64_t e = 0; e < kExperts; ++e)
            share[size_t(e)] += scores[size_t(e)] / sum / double(tokens);
        for (int64_t j = 0; j < kChoices; ++j)
            chosen[size_t(experts[size_t(t * kChoices + j)])] +=
                double(kExperts) / double(kChoices * tokens);
    }
    double loss = 0.0;
    for (int64_t e = 0; e < kExperts; ++e)
        loss += share[size_t(e)] * chosen[size_t(e)];
    return loss;
}

class SequenceBalanceTest : public GradientTest,
                            public testing::WithParamInterface<RouterScoring> {};

TEST_P(SequenceBalanceTest, MatchesTheFormulaAndFiniteDifferences) {
    Matrix logits = randomMatrix(7, kExperts, 1);
    const std::vector<int32_t> experts = {0, 1, 0, 2, 4, 0, 1, 0, 3, 0, 2, 3, 3, 1};
    const std::vector<engine::AttentionSegment> segments = {{0, 4, 0, 4}, {4, 3, 4, 3}};
    const std::vector<float> weights = {0.75f, 2.0f};
    const auto dlogits = zeros(7, kExperts);
    const double loss = finetune::sequenceBalance(pool(), {.logits = upload(logits),
                                                           .experts = ints(experts, 7),
                                                           .dlogits = dlogits,
                                                           .scoring = GetParam(),
                                                           .segments = segments,
                                                           .weights = weights});
    const auto expected = [&] {
        return 0.75 * balanceLoss(logits, experts, GetParam(), 0, 4) +
               2.0 * balanceLoss(logits, experts, GetParam(), 4, 3);
    };
    EXPECT_NEAR(loss, expected(), 1e-5);  // float32 scores
    expectGradient(download(dlogits), logits, expected, "logits");
}

TEST_P(SequenceBalanceTest, EvenRoutingCostsOneAndHasTheGreatestEntropy) {
    const Matrix logits(kExperts, kExperts);
    std::vector<int32_t> experts;
    for (int32_t t = 0; t < int32_t(kExperts); ++t)
        for (int32_t j = 0; j < int32_t(kChoices); ++j)
            experts.push_back((t + j) % int32_t(kExperts));
    const std::vector<engine::AttentionSegment> segments = {{0, kExperts, 0, kExperts}};
    const std::vector<float> weights = {1.0f};
    const auto dlogits = zeros(kExperts, kExperts);
    EXPECT_NEAR(finetune::sequenceBalance(pool(), {.logits = upload(logits),
                                                   .experts = ints(experts, kExperts),
                                                   .dlogits = dlogits,
                                                   .scoring = GetParam(),
                                                   .segments = segments,
                                                   .weights = weights}),
                1.0, 1e-6);
    EXPECT_NEAR(finetune::routerEntropy(pool(), upload(logits), GetParam()),
                double(kExperts) * std::log(double(kExperts)), 1e-5);
}

INSTANTIATE_TEST_SUITE_P(Scorings, SequenceBalanceTest,
                         testing::Values(RouterScoring::Sigmoid, RouterScoring::Softmax,
                                         RouterScoring::SoftmaxOfChosen));

}  // namespace
}  // namespace hearth::test
