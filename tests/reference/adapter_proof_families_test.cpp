// Adapters of every trained architecture pass the proof that comes before publishing: serving
// applies each of their modules, in prompts and in answers.
#include <gtest/gtest.h>

#include "engine/cpu/cpu_backend.h"
#include "finetune/eval/adapter_proof.h"
#include "finetune/eval/model_proof.h"
#include "finetune/methods/model_files.h"
#include "finetune/model/trainable_model.h"
#include "tests/reference/golden.h"
#include "tests/reference/trained_checkpoints.h"

namespace hearth::reference {
namespace {

using finetune::TrainableModel;

class AdapterProofFamilyTest : public testing::TestWithParam<std::string> {
protected:
    std::unique_ptr<TrainableModel> adapted(bool dora) {
        auto model = finetune::loadTrainableModel(
                         *m_backend, m_checkpoint.config, *m_checkpoint.weights,
                         {.part = finetune::TrainedPart::Lora, .lora = {.r = 3, .dora = dora}})
                         .valueOrThrow();
        // B is zero before training.
        uint32_t state = 1;
        for (const finetune::Parameter& parameter : model->trained().entries())
            if (parameter.name.ends_with(".lora_B.weight"))
                for (float& value : model->trained().values(parameter)) {
                    state = state * 1664525u + 1013904223u;
                    value = 0.05f * (float(state >> 8) / float(1 << 23) - 1.0f);
                }
        return model;
    }

    std::unique_ptr<engine::Backend> m_backend = engine::createCpuBackend({.threads = 2});
    Checkpoint m_checkpoint = open(GetParam());
};

TEST_P(AdapterProofFamilyTest, ServingAppliesEveryModule) {
    const auto served = engine::loadModel(*m_backend, m_checkpoint.config, *m_checkpoint.weights,
                                          {.load_mtp = false})
                            .valueOrThrow();
    std::vector<int32_t> text;
    for (int32_t i = 0; i < 24; ++i)
        text.push_back(int32_t((37 * i + 11) % served->config().vocab_size));
    for (const bool dora : {false, true}) {
        const auto trained = adapted(dora);
        const auto proof = finetune::proveAdapter(*m_backend, *served, *trained, {text});
        ASSERT_TRUE(proof) << proof.error().text();
        EXPECT_GE(proof->modules.size(), 7u);
        for (const finetune::ProvenModule& module : proof->modules) {
            EXPECT_TRUE(module.told) << module.module << " effect " << module.effect;
            EXPECT_NEAR(module.prompts, 1.0, 1e-2) << module.module;
            EXPECT_NEAR(module.answers, 1.0, 1e-2) << module.module;
        }
        reportDifference(dora ? "dora" : "lora", proof->disagreement / proof->bound);
    }
}

TEST_P(AdapterProofFamilyTest, ServingComputesWithAWholeModelWhatTheTrainerDid) {
    const auto trained =
        finetune::loadTrainableModel(*m_backend, m_checkpoint.config, *m_checkpoint.weights, {})
            .valueOrThrow();
    const std::string before = finetune::publishedBits(*trained);
    uint32_t state = 1;
    for (float& value : trained->trained().values()) {
        state = state * 1664525u + 1013904223u;
        value *= 1.0f + 0.05f * (float(state >> 8) / float(1 << 23) - 1.0f);
    }
    const auto weights =
        engine::parseSafetensors(finetune::serializeModel(*trained), "published").valueOrThrow();
    const auto served =
        engine::loadModel(*m_backend, m_checkpoint.config, *weights, {.load_mtp = false})
            .valueOrThrow();
    std::vector<int32_t> text;
    for (int32_t i = 0; i < 24; ++i)
        text.push_back(int32_t((37 * i + 11) % served->config().vocab_size));
    const auto proof = finetune::proveModel(*m_backend, *served, *trained, before, {text});
    ASSERT_TRUE(proof) << proof.error().text();
    reportDifference("whole", proof->disagreement / proof->bound);
}

INSTANTIATE_TEST_SUITE_P(Families, AdapterProofFamilyTest, testing::ValuesIn(checkpointNames()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace hearth::reference
