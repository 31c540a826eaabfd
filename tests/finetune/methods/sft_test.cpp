#include <gtest/gtest.h>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/crypto/random.h"
#include "core/crypto/sealed_file.h"
#include "engine/cpu/cpu_backend.h"
#include "engine/models/model.h"
#include "finetune/eval/adapter_effect.h"
#include "finetune/model/trainable_model.h"
#include "tests/finetune/support/tiny_world.h"

namespace hearth::finetune {
namespace {

namespace fs = std::filesystem;
using test::RecordingSink;
using test::TinyWorld;

class SftTest : public testing::Test {
protected:
    /// Zeroes every tensor whose name ends like this.
    static std::vector<std::byte> withZeroed(const engine::WeightSource& source,
                                             const std::string& suffix) {
        std::vector<std::vector<float>> storage;
        std::vector<engine::TensorToWrite> tensors;
        for (const std::string& name : source.names()) {
            const engine::StoredTensor& tensor = *source.find(name);
            storage.push_back(tensor.toFloats());
            if (name.ends_with(suffix))
                std::fill(storage.back().begin(), storage.back().end(), 0.0f);
        }
        size_t i = 0;
        for (const std::string& name : source.names())
            tensors.push_back({name, engine::DType::F32, source.find(name)->shape,
                               std::as_bytes(std::span(storage[i++]))});
        return engine::serializeSafetensors(tensors);
    }

    /// A job's adapter gives the same logits in the serving engine and in the trainer.
    void expectServedAsTrained(bool dora, bool rslora);

    TinyWorld m_world;
};

TEST_F(SftTest, WritesAPeftAdapterThatServingUses) {
    JobSpec spec = m_world.sftSpec(m_world.baseModel(), "adapter");
    const RecordingSink sink = TinyWorld::run(spec);
    EXPECT_GT(sink.metric("adapter_effect"), 0.0);
    EXPECT_LE(sink.metric("proof_disagreement"), sink.metric("proof_bound"));
    const auto started = sink.all<StartedEvent>()[0];
    EXPECT_LT(started.trainable_parameters, started.total_parameters / 2);

    const fs::path directory = spec.output_directory;
    const auto config = nlohmann::json::parse(test::slurp(directory / "adapter_config.json"));
    EXPECT_EQ(config["peft_type"], "LORA");
    EXPECT_EQ(config["r"], 4);
    EXPECT_EQ(config["lora_alpha"], 8.0);
    EXPECT_EQ(config["base_model_name_or_path"], "base");
    const auto adapter = engine::openSafetensors(directory / "adapter_model.safetensors");
    ASSERT_TRUE(adapter) << adapter.error().text();
    for (const std::string& name : (*adapter)->names())
        EXPECT_TRUE(name.starts_with("base_model.model.model.layers.")) << name;
}

TEST_F(SftTest, ServingComputesWhatWasTrained) {
    for (const bool dora : {false, true})
        for (const bool rslora : {false, true})
            expectServedAsTrained(dora, rslora);
}

void SftTest::expectServedAsTrained(bool dora, bool rslora) {
    const std::string name =
        std::string("adapter") + (dora ? "-dora" : "") + (rslora ? "-rslora" : "");
    SCOPED_TRACE(name);
    JobSpec spec = m_world.sftSpec(m_world.baseModel(), name, 30);
    spec.hyperparameters.lora.dora = dora;
    spec.hyperparameters.lora.scaling = rslora ? LoraScaling::RankRoot : LoraScaling::Rank;
    spec.hyperparameters.lora.b_rate_ratio = rslora ? 4.0 : 1.0;
    TinyWorld::run(spec);
    const auto written =
        nlohmann::json::parse(test::slurp(fs::path(spec.output_directory) / "adapter_config.json"));
    EXPECT_EQ(written["use_dora"], dora);
    EXPECT_EQ(written["use_rslora"], rslora);
    const fs::path directory = spec.output_directory;
    const auto adapter = engine::openSafetensors(directory / "adapter_model.safetensors");
    const auto base = engine::openWeightDirectory(spec.model_directory);
    const auto config = engine::readModelConfig(spec.model_directory);
    const auto backend = engine::createCpuBackend({.threads = 1});
    const std::vector<int32_t> ids = {40, 50, 60, 70, 80, 90, 100};

    const LoraOptions lora{.r = 4, .alpha = 8.0, .rslora = rslora, .dora = dora, .targets = {}};
    const auto trainable =
        loadTrainableModel(*backend, *config, **base, {.part = TrainedPart::Lora, .lora = lora});
    ASSERT_TRUE(trainable) << trainable.error().text();
    ASSERT_TRUE((*trainable)->loadAdapter(**adapter));
    PackedBatch batch;
    batch.append(ids, std::vector<int32_t>(ids.size(), kIgnoredLabel));
    const std::vector<float> trained = (*trainable)->logits(batch);

    const auto model = engine::loadModel(*backend, spec.model_directory);
    const auto served = engine::loadAdapter(
        *backend, **model, test::slurp(directory / "adapter_config.json"), **adapter);
    ASSERT_TRUE(served) << served.error().text();
    engine::KvCache cache(*backend, *config, 1, engine::DType::F32);
    const auto pages = cache.take(1);
    engine::StepSequence sequence;
    sequence.tokens = ids;
    sequence.pages = *pages;
    sequence.logits_rows = int64_t(ids.size());
    const std::vector<float> logits =
        engine::downloadFloats(*backend, (*model)->step({&sequence, 1}, cache, served->get()));
    ASSERT_EQ(logits.size(), trained.size());
    for (size_t i = 0; i < logits.size(); ++i)
        ASSERT_NEAR(logits[i], trained[i], 1e-3 * (1.0 + std::abs(trained[i]))) << i;
}

TEST_F(SftTest, AnAdapterWithoutEffectIsRefused) {
    const JobSpec spec = m_world.sftSpec(m_world.baseModel(), "adapter");
    TinyWorld::run(spec);
    const fs::path directory = spec.output_directory;
    const auto adapter = engine::openSafetensors(directory / "adapter_model.safetensors");
    const std::string config = test::slurp(directory / "adapter_config.json");
    const auto backend = engine::createCpuBackend({.threads = 1});
    const auto model = engine::loadModel(*backend, spec.model_directory);
    ASSERT_TRUE(model) << model.error().text();

    const std::vector<int32_t> ids = {5, 6, 7};
    const auto trained = engine::loadAdapter(*backend, **model, config, **adapter);
    ASSERT_TRUE(trained) << trained.error().text();
    const auto effect = measureAdapterEffect(*backend, **model, **trained, ids);
    ASSERT_TRUE(effect) << effect.error().text();
    EXPECT_GT(*effect, 1e-3);

    const auto source = engine::parseSafetensors(withZeroed(**adapter, "lora_A.weight"), "zeroed");
    const auto idle = engine::loadAdapter(*backend, **model, config, **source);
    ASSERT_TRUE(idle) << idle.error().text();
    const auto nothing = measureAdapterEffect(*backend, **model, **idle, ids);
    ASSERT_FALSE(nothing);
    EXPECT_NE(nothing.error().message.find("changes nothing"), std::string::npos);
}

TEST_F(SftTest, FullTrainingLearnsTheAnswersAndWritesAModel) {
    JobSpec spec = m_world.sftSpec(m_world.baseModel(), "tuned", 150);
    spec.full = true;
    spec.evaluations.push_back({.name = "chosen",
                                .kind = EvaluationKind::MultipleChoice,
                                .data = {m_world.path("choices.jsonl"), DataKind::Chat, ""}});
    spec.hyperparameters.checkpoint_every = 0;
    const RecordingSink sink = TinyWorld::run(spec);
    EXPECT_LE(sink.metric("trained_accuracy_before"), 0.34);
    EXPECT_DOUBLE_EQ(sink.metric("trained_accuracy_after"), 1.0);
    EXPECT_LE(sink.metric("chosen_accuracy_before"), 0.5);
    EXPECT_DOUBLE_EQ(sink.metric("chosen_accuracy_after"), 1.0);
    EXPECT_GT(sink.metric("chosen_accuracy_norm_after"),
              sink.metric("chosen_accuracy_norm_before"));

    const auto backend = engine::createCpuBackend({.threads = 1});
    const auto model = engine::loadModel(*backend, spec.output_directory);
    EXPECT_TRUE(model) << model.error().text();
    for (const char* file : {"tokenizer.json", "tokenizer_config.json", "generation_config.json"})
        EXPECT_TRUE(fs::exists(fs::path(spec.output_directory) / file)) << file;
}

TEST_F(SftTest, LoraChangesTheAnswersOfAModelThatKnowsOthers) {
    JobSpec other = m_world.sftSpec(m_world.baseModel(), "tuned", 150);
    other.full = true;
    other.inputs[0].path = m_world.path("other_chats.jsonl");
    TinyWorld::run(other);
    JobSpec spec = m_world.sftSpec(other.output_directory, "adapter", 200);
    spec.hyperparameters.checkpoint_every = 0;
    spec.hyperparameters.lora.r = 8;
    spec.hyperparameters.lora.alpha = 16.0;
    const RecordingSink sink = TinyWorld::run(spec);
    EXPECT_DOUBLE_EQ(sink.metric("trained_accuracy_before"), 0.0);
    EXPECT_DOUBLE_EQ(sink.metric("trained_accuracy_after"), 1.0);
}

TEST_F(SftTest, APrivateAdapterIsSealed) {
    JobSpec spec = m_world.sftSpec(m_world.baseModel(), "adapter", 4);
    spec.output_key = "out";
    JobKeys keys;
    const core::SecureBytes key = core::randomKey();
    ASSERT_TRUE(keys.add("out", core::SecureBytes::copyOf(key.span())));
    TinyWorld::run(spec, keys);
    const fs::path file = fs::path(spec.output_directory) / "adapter_model.safetensors";
    EXPECT_TRUE(core::isSealedFile(file));
    auto bytes = core::readSealed(file, key);
    ASSERT_TRUE(bytes);
    EXPECT_TRUE(engine::parseSafetensors(std::move(*bytes), "adapter"));
}

TEST_F(SftTest, ALongExampleIsAnErrorOrCutAndCounted) {
    test::spit(m_world.path("long.jsonl"),
               test::slurp(m_world.path("chats.jsonl")) +
                   R"({"messages": [{"role": "assistant", "content": ")" + std::string(2000, 'x') +
                   "\"}]}\n");
    JobSpec spec = m_world.sftSpec(m_world.baseModel(), "adapter", 2);
    spec.inputs[0].path = m_world.path("long.jsonl");
    RecordingSink sink;
    const std::atomic<bool> never{false};
    ASSERT_FALSE(runJob(spec, JobKeys(), sink, never));
    const std::string message = sink.all<FailedEvent>()[0].message;
    EXPECT_NE(message.find("line 7: has "), std::string::npos) << message;
    EXPECT_NE(message.find("more than max_seq_len 64"), std::string::npos) << message;

    spec.hyperparameters.truncate = true;
    EXPECT_EQ(TinyWorld::run(spec).all<StartedEvent>()[0].truncated_examples, 1);
}

}  // namespace
}  // namespace hearth::finetune
