// A tuned model is published only when serving computes with it what the trainer did, and when it
// is another than its base.
#include "finetune/eval/model_proof.h"

#include <gmock/gmock.h>

#include "engine/cpu/cpu_backend.h"
#include "finetune/methods/model_files.h"
#include "tests/finetune/support/tiny_world.h"

namespace hearth::finetune {
namespace {

using test::RecordingSink;
using test::TinyWorld;
using testing::HasSubstr;

class ModelProofTest : public testing::Test {
protected:
    JobSpec fullSpec(const std::string& output) {
        JobSpec spec = m_world.sftSpec(m_world.baseModel(), output);
        spec.full = true;
        return spec;
    }
    /// The base, to be trained whole.
    std::unique_ptr<TrainableModel> trainable() {
        const auto config = engine::readModelConfig(m_world.baseModel()).valueOrThrow();
        const auto weights = engine::openWeightDirectory(m_world.baseModel()).valueOrThrow();
        return loadTrainableModel(*m_backend, config, *weights, {}).valueOrThrow();
    }
    /// As it would be served.
    std::unique_ptr<engine::Model> served(const TrainableModel& model) {
        const auto weights =
            engine::parseSafetensors(serializeModel(model), "published").valueOrThrow();
        return engine::loadModel(*m_backend, model.config(), *weights, {.load_mtp = false})
            .valueOrThrow();
    }
    static void change(TrainableModel& model, float amount) {
        for (float& value : model.trained().values())
            value += amount * std::sin(float(&value - model.trained().values().data()));
    }

    TinyWorld m_world;
    std::unique_ptr<engine::Backend> m_backend = engine::createCpuBackend({.threads = 2});
    const std::vector<std::vector<int32_t>> m_texts = {
        {2, 40, 50, 60, 70, 80, 90, 100, 3, 41, 52, 0}, {2, 44, 55, 66, 77, 88, 3, 99, 0}};
};

TEST_F(ModelProofTest, ServingAgreesWithTheTrainer) {
    const auto trained = trainable();
    const std::string before = publishedBits(*trained);
    change(*trained, 0.01f);
    const auto model = served(*trained);
    const auto proof = proveModel(*m_backend, *model, *trained, before, m_texts);
    ASSERT_TRUE(proof.ok()) << proof.error().message;
    EXPECT_EQ(proof->tokens, 19);
    EXPECT_GT(proof->bound, 0.0);
    EXPECT_LE(proof->disagreement, proof->bound);
    EXPECT_THAT(proofText(*proof), HasSubstr("19 tokens"));
}

TEST_F(ModelProofTest, AModelThatIsServedWithOtherWeightsIsRefused) {
    const auto trained = trainable();
    const std::string before = publishedBits(*trained);
    change(*trained, 0.01f);
    const auto model = served(*trained);
    // One value of one matrix, by a hundredth part of what training changed.
    const auto values = trained->trained().values();
    values[values.size() / 2] += 0.05f;
    const auto proof = proveModel(*m_backend, *model, *trained, before, m_texts);
    ASSERT_FALSE(proof.ok());
    EXPECT_THAT(proof.error().message, HasSubstr("is not published: log-probabilities"));
}

TEST_F(ModelProofTest, AModelWithTheBasesBitsIsRefused) {
    const auto trained = trainable();
    const std::string before = publishedBits(*trained);
    change(*trained, 1e-9f);  // less than BF16 tells
    const auto model = served(*trained);
    const auto proof = proveModel(*m_backend, *model, *trained, before, m_texts);
    ASSERT_FALSE(proof.ok());
    EXPECT_THAT(proof.error().message, HasSubstr("changed no bit"));
}

TEST_F(ModelProofTest, AJobShowsItAndRefusesWhatItDidNotChange) {
    const RecordingSink sink = TinyWorld::run(fullSpec("tuned"));
    EXPECT_LE(sink.metric("proof_disagreement"), sink.metric("proof_bound"));
    JobSpec idle = fullSpec("idle");
    idle.hyperparameters.learning_rate = 1e-12;
    EXPECT_THAT(TinyWorld::fail(idle).message, HasSubstr("changed no bit"));
}

}  // namespace
}  // namespace hearth::finetune
