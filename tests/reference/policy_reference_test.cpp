// The losses of GRPO, DAPO and Dr. GRPO against TRL's formulae on transformers in float32, and the
// gradients that follow from their derivatives by log-probability.
#include <algorithm>
#include <cctype>

#include "engine/cpu/cpu_backend.h"
#include "finetune/model/trainable_model.h"
#include "finetune/rl/policy_loss.h"
#include "tests/reference/training_golden.h"

namespace hearth::reference {
namespace {

using finetune::Policy;
using finetune::PolicyLossKind;

constexpr const char* kModel = "deepseek_v3";
// The loss is a mean of terms of magnitude 1; the log-probabilities below them, of magnitude 7 in
// float32, differ by 1e-5 or so between two correct programs.
constexpr double kLossTolerance = 5e-4;

struct LossCase {
    const char* name;
    PolicyLossKind kind;
    double beta;
    double clip_high;
    bool gradients;
};

class PolicyReferenceTest : public testing::TestWithParam<LossCase> {
protected:
    PolicyReferenceTest()
        : backend(engine::createCpuBackend()),
          golden(modelDir(kModel) / "lora_pref" / "grpo.safetensors") {
        readAnswers();
    }

    /// Prompts of one length, then answers of several, right-padded.
    void readAnswers() {
        const auto ids = golden.ids("input_ids"), mask = golden.ids("completion_mask");
        const auto width = size_t(golden.shape("input_ids")[1]);
        const auto longest = size_t(golden.shape("completion_mask")[1]);
        const auto prompt = size_t(golden.ids("prompt_len")[0]);
        const auto old = golden.floats("old_per_token_logps");
        for (size_t row = 0; row < mask.size() / longest; ++row) {
            size_t length = 0;
            while (length < longest && mask[row * longest + length] != 0)
                ++length;
            const auto begin = ids.begin() + std::ptrdiff_t(row * width);
            std::vector<int32_t> tokens(begin, begin + std::ptrdiff_t(prompt + length));
            std::vector<int32_t> labels(tokens.begin() + 1, tokens.end());
            labels.push_back(finetune::kIgnoredLabel);
            std::fill_n(labels.begin(), prompt - 1, finetune::kIgnoredLabel);
            batch.append(tokens, labels);
            lengths.push_back(length);
            oldLogps.insert(oldLogps.end(), old.begin() + std::ptrdiff_t(row * longest),
                            old.begin() + std::ptrdiff_t(row * longest + length));
        }
    }

    finetune::PolicyLoss lossOf(std::span<const double> policy,
                                std::span<const double> reference) const {
        const auto advantages = golden.floats("advantages");
        std::vector<finetune::GradedAnswer> answers;
        size_t begin = 0;
        for (size_t row = 0; row < lengths.size(); begin += lengths[row++])
            answers.push_back({.advantage = double(advantages[row]),
                               .policy = policy.subspan(begin, lengths[row]),
                               .old = std::span(oldLogps).subspan(begin, lengths[row]),
                               .reference = GetParam().beta > 0.0
                                                ? reference.subspan(begin, lengths[row])
                                                : std::span<const double>(),
                               .rollout = {}});
        return policyLoss(answers, {.kind = GetParam().kind,
                                    .clip_low = 0.2,
                                    .clip_high = GetParam().clip_high,
                                    .beta = GetParam().beta,
                                    .max_tokens = golden.ids("max_completion_length")[0]});
    }

    std::unique_ptr<engine::Backend> backend;
    std::unique_ptr<finetune::TrainableModel> model = preferenceModel(*backend, modelDir(kModel));
    Golden golden;
    finetune::PackedBatch batch;
    std::vector<size_t> lengths;
    std::vector<double> oldLogps;
};

TEST_P(PolicyReferenceTest, LossAndGradientsAgree) {
    const auto reference = model->logProbabilities(batch, Policy::Base);
    finetune::PolicyLoss loss;
    model->accumulateLoss(batch, [&](std::span<const double> policy) {
        loss = lossOf(policy, reference);
        return std::vector<float>(loss.derivatives.begin(), loss.derivatives.end());
    });
    const std::string name = GetParam().name;
    reportDifference(name + ".loss", std::abs(loss.loss - golden.floats(name + ".loss")[0]));
    EXPECT_NEAR(loss.loss, golden.floats(name + ".loss")[0], kLossTolerance);
    EXPECT_GT(loss.clipped, 0) << "the golden's old log-probabilities clip some tokens";
    if (!GetParam().gradients)
        return;
    expectGradients(
        model->trained(),
        PrefixedTensors(modelDir(kModel) / "lora_pref" / "grpo.safetensors", name + ".grad."));
}

INSTANTIATE_TEST_SUITE_P(
    Losses, PolicyReferenceTest,
    testing::Values(LossCase{"grpo.beta0.0.eps0.2-0.2", PolicyLossKind::Grpo, 0.0, 0.2, false},
                    LossCase{"grpo.beta0.04.eps0.2-0.2", PolicyLossKind::Grpo, 0.04, 0.2, true},
                    LossCase{"dapo.beta0.04.eps0.2-0.28", PolicyLossKind::Dapo, 0.04, 0.28, true},
                    LossCase{"bnpo.beta0.04.eps0.2-0.2", PolicyLossKind::Dapo, 0.04, 0.2, false},
                    LossCase{"dr_grpo.beta0.04.eps0.2-0.2", PolicyLossKind::DrGrpo, 0.04, 0.2,
                             false}),
    [](const auto& info) {
        std::string name = info.param.name;
        std::ranges::replace_if(
            name, [](char c) { return !std::isalnum(uint8_t(c)); }, '_');
        return name;
    });

TEST(GroupAdvantagesTest, AreTheGoldens) {
    const Golden golden(modelDir(kModel) / "lora_pref" / "grpo.safetensors");
    const auto rewards = golden.floats("rewards"), expected = golden.floats("advantages");
    const auto advantages = finetune::groupAdvantages(
        std::vector<double>(rewards.begin(), rewards.end()), PolicyLossKind::Grpo);
    for (size_t i = 0; i < expected.size(); ++i)
        EXPECT_NEAR(advantages[i], expected[i], 1e-5);
}

}  // namespace
}  // namespace hearth::reference
