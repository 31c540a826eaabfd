// Adapters, and the base behind them.
#include <cmath>
#include <nlohmann/json.hpp>

#include "finetune/model/counter_random.h"
#include "finetune/optim/adamw.h"
#include "tests/finetune/model/trainable_fixture.h"

namespace hearth::test {
namespace {

using finetune::TrainableOptions;
using finetune::TrainedPart;

TEST_F(TrainableModelTest, TheBasesPolicyIsThatOfTheModelWithoutItsAdapter) {
    const finetune::PackedBatch batch = tinyBatch({12});
    const TrainableOptions lora{
        .part = TrainedPart::Lora, .lora = {.r = 4}, .initializer_range = kLargeInit};
    const auto base = tinyModel(*backend, {.initializer_range = kLargeInit});
    const auto model = tinyModel(*backend, lora);
    for (float& value : model->trained().values())
        value += 0.05f;
    EXPECT_EQ(model->logProbabilities(batch, finetune::Policy::Base),
              base->logProbabilities(batch));
    EXPECT_NE(model->logProbabilities(batch), base->logProbabilities(batch));
}

TEST_F(TrainableModelTest, DoraBeginsAsTheBaseAndLearns) {
    const finetune::PackedBatch batch = tinyBatch({20, 20});
    const auto base = tinyModel(*backend, {.initializer_range = kLargeInit});
    const auto model = tinyModel(*backend, {.part = TrainedPart::Lora,
                                            .lora = {.r = 8, .dora = true},
                                            .initializer_range = kLargeInit});
    EXPECT_EQ(model->logits(batch), base->logits(batch));
    const double before = model->evaluate(batch).meanLoss();
    finetune::AdamW optimiser(model->threadPool(), model->trained(), {});
    for (int step = 0; step < 40; ++step) {
        model->zeroGradients();
        model->accumulate(batch);
        optimiser.step(1e-2);
    }
    EXPECT_LT(model->evaluate(batch).meanLoss(), 0.3 * before);
    const auto config = nlohmann::json::parse(model->adapterConfig("base"));
    EXPECT_EQ(config["use_dora"], true);
    EXPECT_EQ(config["use_rslora"], false);
    size_t magnitudes = 0;
    for (const finetune::NamedTensor& tensor : model->exportAdapter())
        magnitudes += tensor.name.ends_with(".lora_magnitude_vector") && tensor.shape.size() == 1;
    EXPECT_EQ(3 * magnitudes, model->exportAdapter().size());
}

/// The magnitudes' gradient is exact; that of A and B holds the norm constant (dora_test.cpp).
TEST_F(TrainableModelTest, DoraMagnitudesMatchFiniteDifferences) {
    const auto model = finetune::createTrainableModel(*backend, smoothConfig(),
                                                      {.part = TrainedPart::Lora,
                                                       .lora = {.r = 3, .dora = true},
                                                       .initializer_range = kLargeInit})
                           .valueOrThrow();
    uint64_t counter = 0;
    const finetune::CounterRandom random(5, "dora");
    for (float& value : model->trained().values())
        value += float(0.05 * random.normal(counter++));
    const finetune::PackedBatch batch = tinyBatch({9, 14});
    model->accumulate(batch);
    double norm = 0.0;
    std::vector<std::pair<float*, float>> magnitudes;  // with their gradients
    for (const finetune::Parameter& parameter : model->trained().entries()) {
        if (!parameter.name.ends_with("magnitude_vector"))
            continue;
        const auto values = model->trained().values(parameter);
        const auto gradients = model->trained().gradients(parameter);
        for (size_t i = 0; i < values.size(); ++i) {
            magnitudes.emplace_back(&values[i], gradients[i]);
            norm += double(gradients[i]) * double(gradients[i]);
        }
    }
    norm = std::sqrt(norm);
    ASSERT_GT(norm, 1e-2);
    const auto lossMoved = [&](double step) {
        std::vector<float> original;
        for (const auto& [value, gradient] : magnitudes) {
            original.push_back(*value);
            *value = float(double(*value) + step * double(gradient) / norm);
        }
        const double loss = totalLoss(*model, batch);
        for (size_t i = 0; i < original.size(); ++i)
            *magnitudes[i].first = original[i];
        return loss;
    };
    constexpr double kStep = 2e-3;
    EXPECT_NEAR(norm / ((lossMoved(kStep) - lossMoved(-kStep)) / (2.0 * kStep)), 1.0, 5e-3);
}

TEST_F(TrainableModelTest, RsLoraDividesByTheRootOfTheRank) {
    const auto scaleOf = [](bool rslora) {
        return finetune::LoraOptions{.r = 16, .alpha = 32.0, .rslora = rslora}.scale();
    };
    EXPECT_DOUBLE_EQ(scaleOf(false), 2.0);
    EXPECT_DOUBLE_EQ(scaleOf(true), 8.0);
    // Rank 16 with alpha 8 by its root is rank 16 with alpha 32.
    const auto changed = [&](const finetune::LoraOptions& lora) {
        const auto model = tinyModel(
            *backend, {.part = TrainedPart::Lora, .lora = lora, .initializer_range = kLargeInit});
        for (float& value : model->trained().values())
            value += 0.02f;
        return model->logits(tinyBatch({12}));
    };
    EXPECT_EQ(changed({.r = 16, .alpha = 8.0, .rslora = true}), changed({.r = 16, .alpha = 32.0}));
}

}  // namespace
}  // namespace hearth::test
