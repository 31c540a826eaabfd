// Servers that compute with an adapter almost what was trained are found out, each by its own
// mistake.
#include "finetune/eval/adapter_proof.h"

#include <gmock/gmock.h>
#include <map>

#include "engine/cpu/cpu_backend.h"
#include "engine/layers/adapter.h"
#include "engine/models/pack_model.h"
#include "tests/finetune/support/tiny_world.h"

namespace hearth::finetune {
namespace {

namespace fs = std::filesystem;
using engine::LinearAddition;
using test::TinyWorld;
using testing::HasSubstr;

/// A server that makes a mistake with adapters.
class MistakenModel : public engine::Model {
public:
    using Mistake = std::function<void(const engine::LinearTarget&, LinearAddition&)>;

    MistakenModel(std::unique_ptr<engine::Model> model, Mistake mistake, bool touchesBase = false)
        : m_model(std::move(model)), m_mistake(std::move(mistake)), m_touchesBase(touchesBase) {}

    const engine::ModelConfig& config() const override { return m_model->config(); }
    int64_t weightBytes() const override { return m_model->weightBytes(); }
    void setObserver(engine::StepObserver* observer) override { m_model->setObserver(observer); }
    std::span<const engine::LinearTarget> adapterTargets() const override {
        return m_model->adapterTargets();
    }

    engine::Tensor step(std::span<const engine::StepSequence> sequences,
                        engine::KvCache& cache) override {
        std::vector<engine::StepSequence> own(sequences.begin(), sequences.end());
        std::vector<std::unique_ptr<engine::Adapter>> wrong;
        for (engine::StepSequence& sequence : own) {
            if (!sequence.adapter && !(m_touchesBase && sequences.size() > 1))
                continue;
            wrong.push_back(mistaken(sequence.adapter ? *sequence.adapter : *own.back().adapter));
            sequence.adapter = wrong.back().get();
        }
        return m_model->step(own, cache);
    }

private:
    std::unique_ptr<engine::Adapter> mistaken(const engine::Adapter& adapter) {
        std::vector<LinearAddition> additions;
        const auto targets = adapterTargets();
        for (size_t i = 0; i < targets.size(); ++i) {
            additions.push_back(adapter.addition(int(i)));
            m_mistake(targets[i], additions.back());
        }
        return std::make_unique<engine::Adapter>(m_model.get(), std::move(additions));
    }

    std::unique_ptr<engine::Model> m_model;
    Mistake m_mistake;
    bool m_touchesBase;
};

bool isCalled(const engine::LinearTarget& target, const std::string& name) {
    return target.parts.front().module.find(name) != std::string::npos;
}

class AdapterProofTest : public testing::TestWithParam<const char*> {
protected:
    AdapterProofTest() {
        const JobSpec spec = m_world.sftSpec(m_world.baseModel(), "tuned", 60);
        if (!fs::exists(spec.output_directory))
            TinyWorld::run(spec);
        const std::string bytes = test::adapterBytes(spec);
        const auto view = std::as_bytes(std::span(bytes));
        const auto adapter =
            engine::parseSafetensors({view.begin(), view.end()}, "tuned").valueOrThrow();
        m_source = engine::openWeightDirectory(m_world.baseModel()).valueOrThrow();
        const auto config = engine::readModelConfig(m_world.baseModel()).valueOrThrow();
        m_trained = loadTrainableModel(*m_backend, config, *m_source,
                                       {.part = TrainedPart::Lora, .lora = {.r = 4, .alpha = 8.0}})
                        .valueOrThrow();
        m_trained->loadAdapter(*adapter).orThrow();
    }

    /// As it is served: from the checkpoint, or packed.
    std::unique_ptr<engine::Model> load() {
        std::string directory = m_world.baseModel();
        if (std::string(GetParam()) != "checkpoint") {
            directory = m_world.path(std::string("packed-") + GetParam());
            if (!fs::exists(directory)) {
                fs::create_directory(directory);
                engine::packModel(*m_backend, {.source = m_world.baseModel(),
                                               .directory = directory,
                                               .precision = GetParam(),
                                               .measure = false})
                    .valueOrThrow();
            }
        }
        return engine::loadModel(*m_backend, directory, {.load_mtp = false}).valueOrThrow();
    }

    core::Result<AdapterProof> prove(engine::Model& served) {
        return proveAdapter(*m_backend, served, *m_trained, m_texts);
    }
    /// Of a server with a mistake.
    core::Result<AdapterProof> proveMistaken(MistakenModel::Mistake mistake,
                                             bool touchesBase = false) {
        MistakenModel served(load(), std::move(mistake), touchesBase);
        return prove(served);
    }

    /// Made once: its files only grow in number.
    static TinyWorld& sharedWorld() {
        static TinyWorld world;
        return world;
    }

    TinyWorld& m_world = sharedWorld();
    std::unique_ptr<engine::Backend> m_backend = engine::createCpuBackend({.threads = 2});
    std::unique_ptr<engine::WeightSource> m_source;
    std::unique_ptr<TrainableModel> m_trained;
    const std::vector<std::vector<int32_t>> m_texts = {
        {2, 40, 50, 60, 70, 80, 90, 100, 3, 41, 52, 0}, {2, 44, 55, 66, 77, 88, 3, 99, 0}};
};

TEST_P(AdapterProofTest, EveryModuleIsShownToBeApplied) {
    const auto model = load();
    const auto before = m_trained->exportAdapter();
    const auto proof = prove(*model);
    ASSERT_TRUE(proof) << proof.error().text();
    EXPECT_EQ(proof->tokens, 11 + 8);
    EXPECT_LE(proof->disagreement, proof->bound);
    std::vector<std::string> modules;
    for (const ProvenModule& module : proof->modules) {
        modules.push_back(module.module);
        EXPECT_TRUE(module.told) << module.module << " effect " << module.effect;
        EXPECT_NEAR(module.prompts, 1.0, 0.5) << module.module;
        EXPECT_NEAR(module.answers, 1.0, 0.5) << module.module;
    }
    EXPECT_THAT(modules,
                testing::UnorderedElementsAre(
                    "self_attn.q_proj", "self_attn.kv_a_proj_with_mqa", "self_attn.kv_b_proj",
                    "self_attn.o_proj", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj",
                    "mlp.shared_experts.gate_proj", "mlp.shared_experts.up_proj",
                    "mlp.shared_experts.down_proj", "mlp.experts.gate_proj", "mlp.experts.up_proj",
                    "mlp.experts.down_proj"));
    const auto text = proofText(*proof);
    ASSERT_EQ(text.size(), 2u);
    for (const std::string& module : modules)
        EXPECT_NE(text[1].find(" " + module + " "), std::string::npos) << text[1];
    const auto after = m_trained->exportAdapter();
    ASSERT_EQ(after.size(), before.size());
    for (size_t i = 0; i < after.size(); ++i)
        EXPECT_EQ(after[i].values, before[i].values) << "proving changed " << after[i].name;
}

TEST_P(AdapterProofTest, FindsWhateverModuleIsLeftOut) {
    const std::map<std::string, std::string> places = {{"q_proj", "self_attn.q_proj"},
                                                       {"o_proj", "self_attn.o_proj"},
                                                       {"mlp.experts", "mlp.experts"},
                                                       {"shared_experts", "mlp.shared_experts"}};
    for (const auto& [module, place] : places) {
        const auto proof =
            proveMistaken([&](const engine::LinearTarget& target, LinearAddition& addition) {
                if (isCalled(target, module))
                    addition = {};
            });
        ASSERT_FALSE(proof) << module;
        EXPECT_THAT(proof.error().message, HasSubstr("the adapter is not published: "));
    }
}

TEST_P(AdapterProofTest, FindsWhatIsLeftOutOfAnswersOnly) {
    // Other servers drop kv_b_proj's part where attention is absorbed.
    const auto proof = proveMistaken(
        [](const engine::LinearTarget&, LinearAddition& addition) { addition.absorbed.reset(); });
    ASSERT_FALSE(proof);
}

TEST_P(AdapterProofTest, FindsABaseThatChanges) {
    const auto proof =
        proveMistaken([](const engine::LinearTarget&, LinearAddition&) {}, /*touchesBase=*/true);
    ASSERT_FALSE(proof);
    EXPECT_THAT(proof.error().message, HasSubstr("base model's logits change"));
}

INSTANTIATE_TEST_SUITE_P(Served, AdapterProofTest, testing::Values("checkpoint", "int8", "int4"));

using ExactProofTest = AdapterProofTest;

TEST_P(ExactProofTest, FindsAScaleThatIsWrongByAThousandth) {
    const auto proof =
        proveMistaken([](const engine::LinearTarget& target, LinearAddition& addition) {
            if (isCalled(target, "o_proj"))
                for (engine::LoraDelta& delta : addition.deltas)
                    delta.scale *= 1.001f;
        });
    ASSERT_FALSE(proof);
    EXPECT_THAT(proof.error().message, HasSubstr("differ by"));
}

INSTANTIATE_TEST_SUITE_P(Served, ExactProofTest, testing::Values("checkpoint"));

}  // namespace
}  // namespace hearth::finetune
