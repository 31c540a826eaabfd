// Gradients of whole models against finite differences.
#include <cmath>

#include "finetune/optim/gradient_clip.h"
#include "tests/finetune/model/trainable_fixture.h"

namespace hearth::test {
namespace {

using finetune::TrainableModel;
using finetune::TrainableOptions;
using finetune::TrainedPart;

/// Moves all trained parameters along their own gradient: the loss then changes by the squared
/// norm, which is as large as any derivative along a direction of that length.
void expectDerivativeAlongGradient(TrainableModel& model, const finetune::PackedBatch& batch) {
    model.zeroGradients();
    model.accumulate(batch);
    const double norm = finetune::gradientNorm(model.trained());
    ASSERT_GT(norm, 1e-3);
    const std::vector<float> gradient(model.trained().gradients().begin(),
                                      model.trained().gradients().end());
    const auto values = model.trained().values();
    const std::vector<float> original(values.begin(), values.end());
    const auto lossAt = [&](double step) {
        for (size_t i = 0; i < values.size(); ++i)
            values[i] = float(double(original[i]) + step * double(gradient[i]) / norm);
        return totalLoss(model, batch);
    };
    constexpr double kStep = 2e-3;
    const double expected = (lossAt(kStep) - lossAt(-kStep)) / (2.0 * kStep);
    std::ranges::copy(original, values.begin());
    EXPECT_NEAR(norm / expected, 1.0, 5e-3);
}

class WholeGradientTest : public TrainableModelTest {
protected:
    std::unique_ptr<TrainableModel> create(const engine::ModelConfig& config,
                                           TrainableOptions options = {}) {
        options.initializer_range = kLargeInit;
        return finetune::createTrainableModel(*backend, config, options).valueOrThrow();
    }
};

TEST_F(WholeGradientTest, WithMtpMatchesFiniteDifferences) {
    const auto model = create(smoothConfig(), {.mtp_lambda = 2.0});
    expectDerivativeAlongGradient(*model, tinyBatch({9, 14}));
}

TEST_F(WholeGradientTest, OfMtpOnlyMatchesFiniteDifferences) {
    const auto model = create(smoothConfig(), {.part = TrainedPart::MtpOnly});
    for (const finetune::Parameter& parameter : model->trained().entries())
        EXPECT_THAT(parameter.name, testing::StartsWith("model.layers.3."));
    expectDerivativeAlongGradient(*model, tinyBatch({9, 14}));
}

TEST_F(WholeGradientTest, OfATiedEmbeddingSumsBothUses) {
    engine::ModelConfig config = smoothConfig();
    config.tie_word_embeddings = true;
    const auto model = create(config);
    EXPECT_EQ(model->trained().find("lm_head.weight"), nullptr);
    expectDerivativeAlongGradient(*model, tinyBatch({12}));
}

TEST_F(WholeGradientTest, OfAFullRankQueryMatchesFiniteDifferences) {
    engine::ModelConfig config = smoothConfig();
    config.q_lora_rank = 0;
    expectDerivativeAlongGradient(*create(config), tinyBatch({12}));
}

TEST_F(WholeGradientTest, WithSoftmaxRoutingMatchesFiniteDifferences) {
    engine::ModelConfig config = smoothConfig();
    config.scoring_func = engine::RouterScoring::Softmax;
    config.norm_topk_prob = false;
    expectDerivativeAlongGradient(*create(config), tinyBatch({12}));
}

TEST_F(WholeGradientTest, OfRoutersOfBiasedExpertsMatchesFiniteDifferences) {
    engine::ModelConfig config = smoothConfig();
    config.expert_bias = config.router_bias = true;
    const auto model = create(config);
    auto& trained = model->trained();
    // Zero at first. With these, most of the routers' gradients comes from the biases.
    float number = 0.0f;
    for (const finetune::Parameter& parameter : trained.entries())
        if (parameter.name.ends_with("down_proj.bias"))
            for (float& bias : trained.values(parameter))
                bias = 2.0f * std::sin(number += 1.0f);
    const auto batch = tinyBatch({12});
    model->zeroGradients();
    model->accumulate(batch);
    const finetune::Parameter& gate = *trained.find("model.layers.1.mlp.gate.weight");
    const auto values = trained.values(gate);
    const std::vector<float> original(values.begin(), values.end());
    std::vector<double> direction;
    double expected = 0.0;
    for (const float gradient : trained.gradients(gate)) {
        direction.push_back(std::cos(double(direction.size())));
        expected += direction.back() * double(gradient);
    }
    const auto lossAt = [&](double step) {
        for (size_t i = 0; i < values.size(); ++i)
            values[i] = float(double(original[i]) + step * direction[i]);
        return totalLoss(*model, batch);
    };
    // 192 weights move by 1e-3 each: the loss is known to 1e-6, its slope to 1e-3.
    constexpr double kStep = 1e-3;
    EXPECT_GT(std::abs(expected), 0.1);
    EXPECT_NEAR((lossAt(kStep) - lossAt(-kStep)) / (2.0 * kStep), expected,
                2e-3 + 5e-3 * std::abs(expected));
}

}  // namespace
}  // namespace hearth::test
