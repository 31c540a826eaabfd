// An answer's bits depend on its request alone. Every kind of attention is served in every way that
// the runtime knows, and compared with the same requests one by one in a plain scheduler.
#include <gmock/gmock.h>

#include <bit>
#include <utility>

#include "engine/cpu/cpu_backend.h"
#include "engine/models/pack_model.h"
#include "engine/runtime/scheduler.h"
#include "tests/engine/runtime/collector.h"
#include "tests/support/temp_dir.h"

namespace hearth::engine {
namespace {

using testing_runtime::Collector;

constexpr int64_t kRequests = 16;
constexpr int64_t kCommonTokens = 70;  // two whole pages and a part of the third

struct ModelCase {
    std::string name;
    std::string directory;  // below the reference models
    std::string precision;  // to pack it in; empty: as it is
    DType cache = DType::F32;
};

/// Lets prompt tokens that share steps with decodes pass one layer a step.
class OneLayerAStep : public Model {
public:
    explicit OneLayerAStep(Model& model) : m_model(model) {}
    const ModelConfig& config() const override { return m_model.config(); }
    int64_t weightBytes() const override { return m_model.weightBytes(); }
    int64_t mtpLayers() const override { return m_model.mtpLayers(); }
    Tensor step(std::span<const StepSequence> sequences, KvCache& cache) override {
        return m_model.step(sequences, cache);
    }
    Tensor stepWith(std::span<const StepSequence> sequences, KvCache& cache,
                    PromptPass& pass) override {
        bool ran = false;
        pass.goes_on = [&](int64_t) { return !std::exchange(ran, true); };
        const Tensor logits = m_model.stepWith(sequences, cache, pass);
        stops += pass.layer < config().num_hidden_layers ? 1 : 0;
        return logits;
    }
    Draft draft(std::span<const DraftSequence> sequences, KvCache& cache) override {
        return m_model.draft(sequences, cache);
    }

    int64_t stops = 0;  // before the last layer

private:
    Model& m_model;
};

/// Everything that a client can see of an answer, floats as bits.
std::vector<int64_t> seen(const Collector& answer) {
    std::vector<int64_t> values;
    const auto add = [&](const std::vector<SampledToken>& tokens) {
        for (const SampledToken& token : tokens) {
            values.push_back(token.id);
            values.push_back(std::bit_cast<int32_t>(token.logprob));
            for (const TokenLogprob& other : token.top) {
                values.push_back(other.id);
                values.push_back(std::bit_cast<int32_t>(other.logprob));
            }
        }
    };
    add(answer.promptTokens);
    add(answer.tokens);
    return values;
}

class InvarianceTest : public testing::TestWithParam<ModelCase> {
protected:
    InvarianceTest() {
        auto directory =
            std::filesystem::path(HEARTH_TEST_DATA_DIR) / "reference/models" / GetParam().directory;
        if (!GetParam().precision.empty()) {
            const PackRequest request{.source = directory,
                                      .directory = m_dir.path() / "packed",
                                      .precision = GetParam().precision,
                                      .size_budget = {},
                                      .kl_budget = {},
                                      .measure = false};
            packModel(*backend, request).valueOrThrow();
            model =
                loadPackedModel(*backend, m_dir.path() / "packed" / kPackedFileName).valueOrThrow();
        } else {
            model = loadModel(*backend, directory).valueOrThrow();
        }
    }

    /// Prompts that begin alike and repeat themselves, so that there is something to share and
    /// to draft; every way of sampling.
    GenerationRequest request(int64_t index) const {
        GenerationRequest r;
        for (int64_t i = 0; i < kCommonTokens; ++i)
            r.prompt.push_back(int32_t(i * 7 % 90));
        for (int64_t i = 0; i < 5 + index * 5; ++i)
            r.prompt.push_back(int32_t((i % 6) * 11 + index));
        r.max_tokens = index < 4 ? 80 : 18 + index % 7;  // some grow by several pages
        r.principal = "p" + std::to_string(index % 3);
        r.sampling.temperature = index % 4 == 0 ? 0.0f : 0.25f * float(index % 4);
        r.sampling.top_p = index % 3 == 0 ? 0.9f : 1.0f;
        r.sampling.repetition_penalty = index % 5 == 4 ? 1.1f : 1.0f;
        r.sampling.frequency_penalty = index % 6 == 5 ? 0.3f : 0.0f;
        r.sampling.seed = uint64_t(index) * 77;
        // An answer of few different tokens repeats itself, sometimes otherwise than before.
        for (int32_t id = 10; index % 2 == 0 && id < 13; ++id)
            r.sampling.logit_bias.emplace_back(id, 100.0f);
        r.sampling.top_logprobs = 2;
        r.prompt_logprobs = index == 6;
        return r;
    }
    SchedulerOptions options() const {
        return {.prefill_chunk = 64,
                .max_step = std::chrono::milliseconds(0),
                .cache_bytes = pageBytes() * 200,
                .cache_dtype = GetParam().cache};
    }
    int64_t pageBytes(Speculation speculation = Speculation::Off) const {
        const bool drafts = speculation != Speculation::Off && model->mtpLayers() > 0;
        return KvCache::kPageTokens * cacheBytesPerToken(model->config(), GetParam().cache, drafts);
    }
    std::shared_ptr<Collector> submit(Scheduler& scheduler, int64_t index) const {
        auto sink = std::make_shared<Collector>();
        scheduler.submit(request(index), sink).valueOrThrow();
        return sink;
    }
    /// Serves all requests at once and compares them with the plain ones.
    SchedulerStats check(const SchedulerOptions& options) { return check(options, *model); }
    SchedulerStats check(const SchedulerOptions& options, Model& served) {
        plain();  // before the scheduler is there: the model runs one step at a time
        Scheduler scheduler(*backend, served, options);
        std::vector<std::shared_ptr<Collector>> sinks;
        // No step runs before all of them are there: what shares a step depends on no clock.
        scheduler.runBetweenSteps([&] {
            for (int64_t i = 0; i < kRequests; ++i)
                sinks.push_back(submit(scheduler, i));
        });
        for (int64_t i = 0; i < kRequests; ++i) {
            EXPECT_EQ(sinks[size_t(i)]->wait().reason, FinishReason::Length);
            EXPECT_EQ(seen(*sinks[size_t(i)]), plain()[size_t(i)]) << "request " << i;
        }
        scheduler.runBetweenSteps([] {});
        EXPECT_EQ(scheduler.stats().cache_pages_free, scheduler.stats().cache_pages);
        return scheduler.stats();
    }
    /// Each request alone: whole prompt in one step, nothing shared, nothing drafted.
    const std::vector<std::vector<int64_t>>& plain() {
        SchedulerOptions o = options();
        o.prefill_chunk = 1000;
        o.share_prefixes = false;
        o.speculation = Speculation::Off;
        for (int64_t i = int64_t(m_plain.size()); i < kRequests; ++i) {
            Scheduler scheduler(*backend, *model, o);
            const auto sink = submit(scheduler, i);
            sink->wait();
            m_plain.push_back(seen(*sink));
        }
        return m_plain;
    }

    test::TempDir m_dir;
    std::unique_ptr<Backend> backend = createCpuBackend({.threads = 2});
    std::unique_ptr<Model> model;
    std::vector<std::vector<int64_t>> m_plain;
};

TEST_P(InvarianceTest, TogetherAndInChunks) {
    SchedulerOptions o = options();
    o.share_prefixes = false;
    o.speculation = Speculation::Off;
    check(o);
    o.prefill_chunk = 7;
    check(o);
    o.prompt_keys_bytes = 150'000;  // not for all layers of all prompts
    check(o);
}

TEST_P(InvarianceTest, WithSharedPrefixes) {
    SchedulerOptions o = options();
    o.speculation = Speculation::Off;
    EXPECT_GT(check(o).cached_prompt_tokens, 0);
}

TEST_P(InvarianceTest, WithDrafts) {
    SchedulerOptions o = options();
    o.share_prefixes = false;
    o.speculation = Speculation::Always;
    const auto stats = check(o);
    EXPECT_GT(stats.accepted_tokens, 0);
    EXPECT_GT(stats.drafted_tokens, stats.accepted_tokens) << "none was refused";
    EXPECT_EQ(stats.mtp_drafted_tokens > 0, model->mtpLayers() > 0);
    EXPECT_LT(stats.mtp_drafted_tokens, stats.drafted_tokens);
}

TEST_P(InvarianceTest, PreemptedAndReplayed) {
    SchedulerOptions o = options();
    o.share_prefixes = false;
    o.speculation = Speculation::Off;
    o.cache_bytes = pageBytes() * 14;  // two or three requests at the end of their answers
    o.prefill_chunk = 50;
    EXPECT_GT(check(o).preemptions, 0);
}

TEST_P(InvarianceTest, EverythingAtOnceInTime) {
    SchedulerOptions o = options();
    o.speculation = Speculation::Always;
    o.cache_bytes = pageBytes(o.speculation) * 14;
    o.max_sequences = 5;
    o.max_step = std::chrono::milliseconds(2);
    check(o);
}

TEST_P(InvarianceTest, PromptsThatStopAfterEveryLayer) {
    OneLayerAStep slow(*model);
    SchedulerOptions o = options();
    o.max_step = std::chrono::milliseconds(10'000);  // the model decides
    o.share_prefixes = false;
    o.speculation = Speculation::Off;
    o.prefill_chunk = 40;
    check(o, slow);
    EXPECT_GT(slow.stops, 0);
    o.cache_bytes = pageBytes() * 14;
    EXPECT_GT(check(o, slow).preemptions, 0);
    o.share_prefixes = true;
    o.speculation = Speculation::Always;
    o.cache_bytes = pageBytes(o.speculation) * 14;
    check(o, slow);
}

INSTANTIATE_TEST_SUITE_P(
    Models, InvarianceTest,
    testing::Values(ModelCase{"Latent", "deepseek_v3", "", DType::F32},
                    ModelCase{"LatentInBf16", "deepseek_v2_lite", "", DType::BF16},
                    ModelCase{"LatentInt4", "deepseek_v3", "int4", DType::F32},
                    ModelCase{"LatentInt8", "deepseek_v3_mtp", "int8", DType::F32},
                    ModelCase{"LatentInt8Cache", "deepseek_v2_lite", "", DType::Q8},
                    ModelCase{"LatentMtpInt8Cache", "deepseek_v3_mtp", "int4", DType::Q8},
                    ModelCase{"LatentMtp", "deepseek_v3_mtp", "", DType::BF16},
                    ModelCase{"ChosenKeys", "deepseek_v32", "", DType::F32},
                    ModelCase{"Grouped", "qwen3_moe", "", DType::F32},
                    ModelCase{"SinksAndWindows", "gpt_oss", "", DType::BF16},
                    ModelCase{"Longrope", "minicpm3", "", DType::F32}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace hearth::engine
