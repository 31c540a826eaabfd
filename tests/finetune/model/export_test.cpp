// What was trained is served: checkpoints and adapters through the engine's own loader.
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/cpu/cpu_backend.h"
#include "engine/models/model.h"
#include "finetune/optim/adamw.h"
#include "tests/finetune/model/tiny_model.h"

namespace hearth::test {
namespace {

using finetune::NamedTensor;
using finetune::TrainableModel;
using finetune::TrainedPart;

std::unique_ptr<engine::WeightSource> asSource(const std::vector<NamedTensor>& tensors) {
    std::vector<engine::TensorToWrite> written;
    for (const NamedTensor& tensor : tensors)
        written.push_back({tensor.name, engine::DType::F32, tensor.shape,
                           std::as_bytes(std::span(tensor.values))});
    return engine::parseSafetensors(engine::serializeSafetensors(written), "export").valueOrThrow();
}

void trainSteps(TrainableModel& model, const finetune::PackedBatch& batch, int steps) {
    finetune::AdamW optimiser(model.threadPool(), model.trained(), {});
    for (int step = 0; step < steps; ++step) {
        model.zeroGradients();
        model.accumulate(batch);
        optimiser.step(1e-2);
    }
}

/// Logits of the engine's prefill for one segment.
std::vector<float> served(engine::Backend& backend, engine::Model& model,
                          const finetune::PackedBatch& batch, const engine::Adapter* adapter) {
    engine::KvCache cache(backend, model.config(), 4, engine::DType::F32);
    const auto pages = cache.take(engine::KvCache::pagesFor(batch.tokens())).valueOrThrow();
    const engine::StepSequence sequence{
        .tokens = batch.ids, .pages = pages, .logits_rows = batch.tokens()};
    return engine::downloadFloats(backend, model.step({&sequence, 1}, cache, adapter));
}

void expectClose(const std::vector<float>& a, const std::vector<float>& b) {
    ASSERT_EQ(a.size(), b.size());
    double worst = 0.0;
    for (size_t i = 0; i < a.size(); ++i)
        worst = std::max(worst, std::abs(double(a[i]) - double(b[i])));
    // The same ops on the same weights; only packed layouts and chunking differ.
    EXPECT_LT(worst, 1e-4);
}

class ExportTest : public testing::Test {
protected:
    std::unique_ptr<engine::Backend> backend = engine::createCpuBackend({.threads = 2});
    finetune::PackedBatch batch = tinyBatch({31});
};

TEST_F(ExportTest, TrainedWeightsAreServed) {
    const auto model = tinyModel(*backend, {.initializer_range = kLargeInit, .mtp_lambda = 0.3});
    trainSteps(*model, batch, 3);
    model->balanceExperts(0.01);
    const auto weights = asSource(model->exportTensors());
    const auto engineModel = engine::loadModel(*backend, tinyConfig(), *weights).valueOrThrow();
    expectClose(served(*backend, *engineModel, batch, nullptr), model->logits(batch));

    const auto again =
        finetune::loadTrainableModel(*backend, tinyConfig(), *weights, {}).valueOrThrow();
    EXPECT_EQ(again->logits(batch), model->logits(batch));
}

TEST_F(ExportTest, TrainedAdapterIsServed) {
    const finetune::TrainableOptions options{.part = TrainedPart::Lora,
                                             .lora = {.r = 4, .alpha = 12.0},
                                             .initializer_range = kLargeInit};
    const auto model = tinyModel(*backend, options);
    const std::vector<float> base = model->logits(batch);
    trainSteps(*model, batch, 5);
    EXPECT_NE(model->logits(batch), base);

    const auto weights = asSource(model->exportTensors());
    const auto adapterWeights = asSource(model->exportAdapter());
    const auto engineModel = engine::loadModel(*backend, tinyConfig(), *weights).valueOrThrow();
    const auto adapter =
        engine::loadAdapter(*backend, *engineModel, model->adapterConfig("tiny"), *adapterWeights)
            .valueOrThrow();
    expectClose(served(*backend, *engineModel, batch, adapter.get()), model->logits(batch));
    expectClose(served(*backend, *engineModel, batch, nullptr), base);

    const auto again =
        finetune::loadTrainableModel(*backend, tinyConfig(), *weights, options).valueOrThrow();
    again->loadAdapter(*adapterWeights).orThrow();
    EXPECT_EQ(again->logits(batch), model->logits(batch));
}

TEST_F(ExportTest, AdapterConfigNamesWhatIsAdapted) {
    const auto model =
        tinyModel(*backend, {.part = TrainedPart::Lora,
                             .lora = {.r = 2, .alpha = 3.0, .targets = {"o_proj", "up_proj"}}});
    const auto config = nlohmann::json::parse(model->adapterConfig("base"));
    EXPECT_EQ(config.at("peft_type"), "LORA");
    EXPECT_EQ(config.at("r"), 2);
    EXPECT_EQ(config.at("lora_alpha"), 3.0);
    EXPECT_EQ(config.at("target_modules"), nlohmann::json({"o_proj", "up_proj"}));
    EXPECT_EQ(config.at("base_model_name_or_path"), "base");
    for (const NamedTensor& tensor : model->exportAdapter())
        EXPECT_TRUE(tensor.name.find("o_proj") != std::string::npos ||
                    tensor.name.find("up_proj") != std::string::npos)
            << tensor.name;
}

TEST_F(ExportTest, AdapterOfAnotherRankIsRefusedByName) {
    const auto model = tinyModel(*backend, {.part = TrainedPart::Lora, .lora = {.r = 2}});
    const auto other = tinyModel(*backend, {.part = TrainedPart::Lora, .lora = {.r = 3}});
    const auto status = model->loadAdapter(*asSource(other->exportAdapter()));
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code, core::ErrorCode::InvalidArgument);
    EXPECT_NE(status.error().context.find(".lora_A.weight"), std::string::npos);
}

TEST_F(ExportTest, MissingTensorIsNamed) {
    auto tensors = tinyModel(*backend, {})->exportTensors();
    std::erase_if(tensors, [](const NamedTensor& t) {
        return t.name == "model.layers.1.mlp.experts.4.up_proj.weight";
    });
    const auto loaded =
        finetune::loadTrainableModel(*backend, tinyConfig(), *asSource(tensors), {});
    ASSERT_FALSE(loaded.ok());
    EXPECT_NE(loaded.error().message.find(
                  "missing model.layers.1.mlp.experts.4.up_proj.weight, expected"),
              std::string::npos)
        << loaded.error().message;
}

}  // namespace
}  // namespace hearth::test
