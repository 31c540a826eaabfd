// Logits, hidden states and routing of every golden model, on every path through the engine.
#include <map>

#include "engine/cpu/cpu_backend.h"
#include "engine/layers/layer_context.h"
#include "engine/models/registry.h"
#include "tests/reference/golden.h"

namespace hearth::reference {
namespace {

using engine::Tensor;

constexpr int kPrompts = 3;

/// Keeps what a step shows.
class Recorder : public engine::StepObserver {
public:
    explicit Recorder(engine::Backend& backend) : m_backend(backend) {}
    void hidden(int64_t layer, const Tensor& x) override {
        hiddenStates[layer] = engine::downloadFloats(m_backend, x);
    }
    void routed(int64_t layer, const Tensor& chosen, const Tensor& shares) override {
        experts[layer] = engine::downloadInts(m_backend, chosen);
        weights[layer] = engine::downloadFloats(m_backend, shares);
    }
    void finalNorm(const Tensor& x) override { normed = engine::downloadFloats(m_backend, x); }

    std::map<int64_t, std::vector<float>> hiddenStates, weights;
    std::map<int64_t, std::vector<int32_t>> experts;
    std::vector<float> normed;

private:
    engine::Backend& m_backend;
};

/// The goldens list a token's experts by weight; the engine by biased choice.
void sortByWeight(std::vector<int32_t>& experts, std::vector<float>& weights, size_t k) {
    for (size_t begin = 0; begin < experts.size(); begin += k) {
        std::vector<std::pair<float, int32_t>> pairs;
        for (size_t j = 0; j < k; ++j)
            pairs.emplace_back(-weights[begin + j], experts[begin + j]);
        std::sort(pairs.begin(), pairs.end());
        for (size_t j = 0; j < k; ++j) {
            weights[begin + j] = -pairs[j].first;
            experts[begin + j] = pairs[j].second;
        }
    }
}

std::string promptName(int i, const std::string& what) {
    return "prompt" + std::to_string(i) + "." + what;
}

class GoldenModelTest : public testing::TestWithParam<std::string> {
protected:
    GoldenModelTest()
        : backend(engine::createCpuBackend()),
          runner(*backend, GetParam()),
          golden(modelDir(GetParam()) / "golden.safetensors"),
          tolerance(suggestedTolerance(GetParam())) {}

    std::vector<int32_t> prompt(int i) const { return golden.ids(promptName(i, "input_ids")); }
    std::vector<float> logits(int i) const { return golden.floats(promptName(i, "logits")); }
    size_t vocab() { return size_t(runner.model().config().vocab_size); }

    /// All rows of logits of a prompt, run in pieces of at most `chunk` tokens.
    std::vector<float> runPrompt(const std::vector<int32_t>& ids, int64_t chunk, bool prefill) {
        Runner::Sequence sequence(runner, int64_t(ids.size()));
        std::vector<float> all;
        for (size_t begin = 0; begin < ids.size(); begin += size_t(chunk)) {
            const size_t count = std::min(size_t(chunk), ids.size() - begin);
            const auto rows =
                sequence.run(std::span(ids).subspan(begin, count), prefill, int64_t(count));
            all.insert(all.end(), rows.begin(), rows.end());
        }
        return all;
    }

    void expectGoldenLogits(const std::string& what, int64_t chunk, bool prefill) {
        double worst = 0.0;
        for (int i = 0; i < kPrompts; ++i)
            worst = std::max(worst, maxDifference(runPrompt(prompt(i), chunk, prefill), logits(i)));
        reportDifference(what, worst);
        EXPECT_LE(worst, tolerance.logits);
    }

    std::unique_ptr<engine::Backend> backend;
    Runner runner;
    Golden golden;
    Tolerance tolerance;
};

TEST_P(GoldenModelTest, PrefillGivesGoldenLogitsAtEveryPosition) {
    expectGoldenLogits("prefill_logits", 4096, true);
}

TEST_P(GoldenModelTest, AbsorbedDecodeGivesGoldenLogitsAtEveryPosition) {
    expectGoldenLogits("decode_logits", 1, false);
}

TEST_P(GoldenModelTest, DecodeOfSeveralTokensAtOnceGivesGoldenLogits) {
    expectGoldenLogits("multi_token_decode_logits", 5, false);
}

TEST_P(GoldenModelTest, ChunkedPrefillGivesTheBitsOfWholePrefill) {
    const auto ids = prompt(2);
    const auto whole = runPrompt(ids, 4096, true);
    for (const int64_t chunk : {1, 7, 32, 33})
        EXPECT_EQ(runPrompt(ids, chunk, true), whole) << "chunks of " << chunk;
}

TEST_P(GoldenModelTest, GreedyDecodingRepeatsTheGoldenTokens) {
    for (int i = 0; i < kPrompts; ++i) {
        const auto ids = prompt(i);
        const auto expected = golden.ids(promptName(i, "greedy_ids"));
        Runner::Sequence sequence(runner, int64_t(ids.size() + expected.size()));
        std::vector<int32_t> produced{argmax(sequence.run(ids, true, 1))};
        while (produced.size() < expected.size()) {
            const int32_t last = produced.back();
            produced.push_back(argmax(sequence.run(std::span(&last, 1), false, 1)));
        }
        EXPECT_EQ(produced, expected) << "prompt " << i;
    }
}

TEST_P(GoldenModelTest, HiddenStatesAgree) {
    Recorder recorder(*backend);
    runner.model().setObserver(&recorder);
    runPrompt(prompt(1), 4096, true);
    double worst = 0.0;
    for (const auto& [layer, values] : recorder.hiddenStates)
        worst = std::max(
            worst, maxDifference(values, golden.floats("prompt1.hidden." + std::to_string(layer))));
    worst =
        std::max(worst, maxDifference(recorder.normed, golden.floats("prompt1.hidden.final_norm")));
    EXPECT_EQ(int64_t(recorder.hiddenStates.size()), runner.model().config().num_hidden_layers + 1);
    reportDifference("hidden", worst);
    EXPECT_LE(worst, tolerance.hidden);
}

TEST_P(GoldenModelTest, RoutingAgrees) {
    const size_t k = size_t(runner.model().config().num_experts_per_tok);
    double worst = 0.0;
    for (int i = 0; i < kPrompts; ++i) {
        Recorder recorder(*backend);
        runner.model().setObserver(&recorder);
        runPrompt(prompt(i), 4096, true);
        EXPECT_EQ(recorder.experts.empty(), runner.model().config().n_routed_experts == 0);
        for (auto& [layer, experts] : recorder.experts) {
            const std::string name = promptName(i, "router." + std::to_string(layer) + ".");
            sortByWeight(experts, recorder.weights[layer], k);
            EXPECT_EQ(experts, golden.ids(name + "experts")) << name;
            worst = std::max(
                worst, maxDifference(recorder.weights[layer], golden.floats(name + "weights")));
        }
        runner.model().setObserver(nullptr);
    }
    reportDifference("router_weights", worst);
    EXPECT_LE(worst, tolerance.router_weights);
}

TEST_P(GoldenModelTest, SequencesInOneStepGetTheBitsTheyGetAlone) {
    std::vector<std::vector<float>> alone;
    std::vector<std::unique_ptr<Runner::Sequence>> sequences;
    std::vector<std::vector<int32_t>> inputs;
    std::vector<engine::StepSequence> step;
    // Two decode behind their prompts while the third is still reading its own.
    for (const bool together : {false, true}) {
        sequences.clear();
        inputs.clear();
        step.clear();
        for (int i = 0; i < kPrompts; ++i) {
            const auto ids = prompt(i);
            const bool prefill = i == 1;
            const size_t split = prefill ? ids.size() / 2 : ids.size();
            sequences.push_back(
                std::make_unique<Runner::Sequence>(runner, int64_t(ids.size()) + 1));
            if (split > 0)
                sequences.back()->run(std::span(ids).first(split), true, 0);
            inputs.push_back(prefill ? std::vector(ids.begin() + std::ptrdiff_t(split), ids.end())
                                     : std::vector<int32_t>{7 + i});
            const int64_t rows = prefill ? 2 : 1;
            if (together)
                step.push_back(sequences.back()->plan(inputs.back(), prefill, rows));
            else
                alone.push_back(sequences.back()->run(inputs.back(), prefill, rows));
        }
    }
    const Tensor logits = runner.model().step(step, runner.cache(), nullptr);
    std::vector<float> expected;
    for (const auto& part : alone)
        expected.insert(expected.end(), part.begin(), part.end());
    EXPECT_EQ(engine::downloadFloats(*backend, logits), expected);
}

/// The median: a rounded row may flip one expert choice, which moves that token's logits a lot.
TEST_P(GoldenModelTest, Bfloat16CacheStaysClose) {
    Runner half(*backend, GetParam(), engine::DType::BF16);
    const auto ids = prompt(2);
    Runner::Sequence sequence(half, int64_t(ids.size()));
    const double difference =
        medianDifference(sequence.run(ids, true, int64_t(ids.size())), logits(2));
    reportDifference("bf16_cache_median", difference);
    EXPECT_LE(difference, tolerance.logit_std / 30);
    EXPECT_GT(difference, 0.0);
}

INSTANTIATE_TEST_SUITE_P(Models, GoldenModelTest, testing::ValuesIn(knownModels()),
                         [](const auto& info) { return info.param; });

TEST(RegistryTest, EveryArchitectureHasGoldens) {
    ASSERT_FALSE(engine::architectures().empty());
    for (const engine::Architecture& architecture : engine::architectures()) {
        if (!architecture.golden)
            continue;  // reference_decoder_test.cpp computes theirs
        const auto directory = modelDir(architecture.golden);
        const auto config = engine::readModelConfig(directory);
        ASSERT_TRUE(config.ok()) << architecture.name << ": " << config.error().text();
        EXPECT_EQ(config->architecture, architecture.name);
        EXPECT_TRUE(std::filesystem::exists(directory / "golden.safetensors"))
            << architecture.name << " has no golden logits";
    }
}

TEST(ShardedCheckpointTest, GivesTheBitsOfTheSingleFile) {
    const auto backend = engine::createCpuBackend();
    Runner single(*backend, "deepseek_v3"), sharded(*backend, "deepseek_v3_sharded");
    const auto ids =
        Golden(modelDir("deepseek_v3") / "golden.safetensors").ids("prompt1.input_ids");
    Runner::Sequence a(single, 32), b(sharded, 32);
    EXPECT_EQ(a.run(ids, true, 1), b.run(ids, true, 1));
}

}  // namespace
}  // namespace hearth::reference
