// Direct preference optimisation against TRL's formulae on transformers in float32: log-
// probabilities with and without the adapter, rewards, loss, and every gradient.
#include "engine/cpu/cpu_backend.h"
#include "finetune/methods/preference_objective.h"
#include "tests/reference/training_golden.h"

namespace hearth::reference {
namespace {

using finetune::Policy;

constexpr const char* kModel = "deepseek_v3";
// Sums of about ten float32 log-probabilities of magnitude 10: each is rounded by up to 5e-7 in
// the golden, and the logits below it differ by 1e-5 or so between two correct programs.
constexpr double kSumTolerance = 5e-4;

class PreferenceReferenceTest : public testing::Test {
protected:
    PreferenceReferenceTest()
        : backend(engine::createCpuBackend()),
          golden(modelDir(kModel) / "lora_pref" / "dpo.safetensors"),
          batch(preferenceBatch(golden)) {}

    void expectSums(Policy policy, const std::string& name) {
        const auto sums = finetune::pairSums(batch, model->logProbabilities(batch, policy));
        ASSERT_EQ(sums.size(), 1u);
        const std::vector<float> expected = golden.floats(name);
        reportDifference(name, std::abs(sums[0].chosen - double(expected[0])));
        EXPECT_NEAR(sums[0].chosen, expected[0], kSumTolerance);
        EXPECT_NEAR(sums[0].rejected, expected[1], kSumTolerance);
    }

    std::unique_ptr<engine::Backend> backend;
    std::unique_ptr<finetune::TrainableModel> model = preferenceModel(*backend, modelDir(kModel));
    Golden golden;
    finetune::PackedBatch batch;
};

TEST_F(PreferenceReferenceTest, LogProbabilitiesAgree) {
    expectSums(Policy::Trained, "policy_logps");
    expectSums(Policy::Base, "ref_logps");
}

TEST_F(PreferenceReferenceTest, LossRewardsAndGradientsAgree) {
    const double beta = golden.floats("beta")[0];
    const auto reference = finetune::pairSums(batch, model->logProbabilities(batch, Policy::Base));
    finetune::PreferenceLoss loss;
    model->accumulateLoss(batch, [&](std::span<const double> logProbabilities) {
        loss = finetune::preferenceLoss(finetune::pairSums(batch, logProbabilities)[0],
                                        reference[0], beta);
        std::vector<float> derivatives;
        for (const finetune::PackedSegment& segment : batch.segments)
            derivatives.insert(derivatives.end(), size_t(batch.labelsIn(segment)),
                               float(segment.begin == 0 ? loss.d_chosen : loss.d_rejected));
        return derivatives;
    });
    // Four sums go in, each times beta.
    EXPECT_NEAR(loss.loss, golden.floats("loss")[0], 4 * beta * kSumTolerance);
    EXPECT_NEAR(loss.reward_chosen, golden.floats("rewards")[0], 2 * beta * kSumTolerance);
    EXPECT_NEAR(loss.reward_rejected, golden.floats("rewards")[1], 2 * beta * kSumTolerance);
    expectGradients(model->trained(),
                    PrefixedTensors(modelDir(kModel) / "lora_pref" / "dpo.safetensors", "grad."));
}

}  // namespace
}  // namespace hearth::reference
