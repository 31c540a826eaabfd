// Drafts of the MTP module in the runtime: taken where they are right, made from the right rows
// whatever shares the steps, and of no consequence for the answer.
#include <gmock/gmock.h>

#include <cmath>
#include <mutex>

#include "engine/cpu/cpu_backend.h"
#include "engine/runtime/scheduler.h"
#include "tests/engine/models/test_models.h"
#include "tests/engine/runtime/collector.h"

namespace hearth::engine {
namespace {

using testing_models::MemoryWeights;
using testing_runtime::Collector;
using testing_runtime::greedy;

constexpr int64_t kVocab = 256;

/// What the module is made to go by.
enum class Source { NextToken, State };

ModelConfig successorConfig() {
    ModelConfig c = testing_models::tinyConfig();
    c.vocab_size = c.hidden_size = kVocab;
    c.num_hidden_layers = 2;
    c.max_position_embeddings = 512;
    return c;
}

/// A square matrix that adds `shift` to a one-hot token id, modulo `cycle`.
std::vector<float> shifted(int64_t shift, int64_t cycle) {
    std::vector<float> values(size_t(kVocab * kVocab), 0.0f);
    for (int64_t in = 0; in < kVocab; ++in)
        values[size_t((in + shift) % cycle * kVocab + in)] = 1.0f;
    return values;
}

/// A model whose layers add nothing, so that each token's successor modulo `cycle` follows it,
/// and whose MTP module knows that: by the next token, or by the state of the one before it, which
/// eh_proj turns into the next token's.
std::unique_ptr<Model> successorModel(Backend& backend, Source source, int64_t cycle) {
    const ModelConfig config = successorConfig();
    MemoryWeights weights(config);
    for (const TensorSpec& spec : tensorSpecs(config)) {
        int64_t size = 1;
        for (const int64_t dim : spec.shape)
            size *= dim;
        if (spec.shape.size() == 1)
            weights.set(spec.name, spec.shape, std::vector<float>(size_t(size), 1.0f));
        else if (spec.name.ends_with("o_proj.weight") || spec.name.ends_with("down_proj.weight"))
            weights.set(spec.name, spec.shape, std::vector<float>(size_t(size), 0.0f));
        else if (spec.name.ends_with("embed_tokens.weight"))
            weights.set(spec.name, spec.shape, shifted(0, kVocab));
        else if (spec.name.ends_with("head.weight"))
            weights.set(spec.name, spec.shape, shifted(1, cycle));
    }
    const auto next = source == Source::NextToken ? shifted(0, kVocab) : shifted(1, cycle);
    std::vector<float> join(size_t(kVocab * kVocab * 2), 0.0f);
    const int64_t begin = source == Source::NextToken ? 0 : kVocab;
    for (int64_t row = 0; row < kVocab; ++row)
        std::copy_n(next.begin() + row * kVocab, kVocab, join.begin() + row * 2 * kVocab + begin);
    weights.set("model.layers.2.eh_proj.weight", {kVocab, 2 * kVocab}, join);
    return loadModel(backend, config, weights).valueOrThrow();
}

/// Passes everything on and remembers the rows that drafts were wanted from.
class SpyModel : public Model {
public:
    struct Seen {
        int64_t start = 0;
        std::vector<int32_t> next;
        std::vector<float> logits;
    };

    SpyModel(Backend& backend, Model& model) : m_backend(backend), m_model(model) {}
    const ModelConfig& config() const override { return m_model.config(); }
    int64_t weightBytes() const override { return m_model.weightBytes(); }
    int64_t mtpLayers() const override { return m_model.mtpLayers(); }
    Tensor step(std::span<const StepSequence> sequences, KvCache& cache) override {
        return m_model.step(sequences, cache);
    }
    Draft draft(std::span<const DraftSequence> sequences, KvCache& cache) override {
        if (failNext.exchange(false))
            throw core::Exception({core::ErrorCode::ResourceExhausted, "no memory", ""});
        const Draft result = m_model.draft(sequences, cache);
        std::lock_guard lock(m_mutex);
        int64_t row = 0;
        for (const DraftSequence& s : sequences) {
            largest = std::max(largest, int64_t(s.next.tokens.size()));
            catchUps += s.next.logits_rows == 0 && !s.next.prefill;
            if (s.next.logits_rows == 0)
                continue;
            seen.push_back({s.next.start,
                            {s.next.tokens.begin(), s.next.tokens.end()},
                            downloadFloats(m_backend, result.logits.rows(row, row + 1))});
            ++row;
        }
        return result;
    }

    std::vector<Seen> seen;
    int64_t catchUps = 0;
    int64_t largest = 0;
    std::atomic<bool> failNext = false;

private:
    Backend& m_backend;
    Model& m_model;
    std::mutex m_mutex;
};

std::shared_ptr<Collector> submit(Scheduler& scheduler, GenerationRequest r) {
    auto sink = std::make_shared<Collector>();
    scheduler.submit(std::move(r), sink).valueOrThrow();
    return sink;
}

/// When nothing runs any more. Every page has to be free.
SchedulerStats finalStats(Scheduler& scheduler) {
    scheduler.runBetweenSteps([] {});
    const SchedulerStats stats = scheduler.stats();
    EXPECT_EQ(stats.cache_pages_free, stats.cache_pages);
    return stats;
}

class MtpSuccessorTest : public testing::TestWithParam<Source> {
protected:
    std::unique_ptr<Backend> backend = createCpuBackend({.threads = 1});
    std::unique_ptr<Model> model = successorModel(*backend, GetParam(), kVocab);
    SchedulerOptions options{.cache_bytes = 1 << 20, .speculation = Speculation::Always};
};

TEST_P(MtpSuccessorTest, AModuleThatKnowsIsAlwaysRight) {
    for (const int64_t depth : {1, 2, 4}) {
        options.max_mtp_drafts = depth;
        Scheduler scheduler(*backend, *model, options);
        const auto sink = submit(scheduler, greedy({3}, 121));
        EXPECT_EQ(sink->wait().completion_tokens, 121);
        for (size_t i = 0; i < sink->ids.size(); ++i)
            ASSERT_EQ(sink->ids[i], int32_t(4 + i));
        const SchedulerStats stats = finalStats(scheduler);
        EXPECT_EQ(stats.mtp_drafted_tokens, stats.drafted_tokens) << "nothing repeats itself";
        EXPECT_EQ(stats.mtp_accepted_tokens, stats.mtp_drafted_tokens);
        // The prompt's step gives the first token, every other step all its drafts and one more.
        EXPECT_EQ(stats.steps, 1 + 120 / (depth + 1));
    }
}

TEST_P(MtpSuccessorTest, SequencesOfOneStepDraftTogether) {
    options.prefill_chunk = 20;
    Scheduler scheduler(*backend, *model, options);
    std::vector<std::shared_ptr<Collector>> sinks;
    for (int32_t i = 0; i < 6; ++i) {
        std::vector<int32_t> prompt;
        for (int32_t token = 0; token < 1 + 13 * i; ++token)
            prompt.push_back(token + i);
        sinks.push_back(submit(scheduler, greedy(prompt, 40)));
    }
    for (const auto& sink : sinks) {
        EXPECT_EQ(sink->wait().completion_tokens, 40);
        for (size_t i = 1; i < sink->ids.size(); ++i)
            ASSERT_EQ(sink->ids[i], sink->ids[i - 1] + 1);
    }
    const SchedulerStats stats = finalStats(scheduler);
    EXPECT_EQ(stats.mtp_accepted_tokens, stats.mtp_drafted_tokens);
    EXPECT_GT(stats.mtp_accepted_tokens, 6 * 25);
}

TEST_P(MtpSuccessorTest, IsNotUsedWhereItIsNotWanted) {
    const int64_t plain = cacheBytesPerToken(model->config(), DType::F32);
    options.max_mtp_drafts = 0;
    for (const Speculation speculation : {Speculation::Off, Speculation::Always}) {
        Scheduler scheduler(*backend, *model, options);
        submit(scheduler, greedy({3}, 20))->wait();
        const SchedulerStats stats = finalStats(scheduler);
        EXPECT_EQ(stats.mtp_drafted_tokens, 0);
        EXPECT_EQ(stats.cache_bytes_per_token, plain);
        options.speculation = speculation;
        options.max_mtp_drafts = 4;
    }
    Scheduler scheduler(*backend, *model, options);
    EXPECT_EQ(scheduler.stats().cache_bytes_per_token, plain + plain / 2);
    EXPECT_LT(scheduler.stats().cache_pages * KvCache::kPageTokens * (plain + plain / 2),
              options.cache_bytes + 1);
}

INSTANTIATE_TEST_SUITE_P(Sources, MtpSuccessorTest,
                         testing::Values(Source::NextToken, Source::State), [](const auto& info) {
                             return info.param == Source::State ? "State" : "NextToken";
                         });

TEST(MtpDrafterTest, SamplingDrawsTheSameFromDraftAndTarget) {
    const auto backend = createCpuBackend({.threads = 1});
    const auto model = successorModel(*backend, Source::NextToken, kVocab);
    Scheduler scheduler(*backend, *model,
                        {.cache_bytes = 1 << 20, .speculation = Speculation::Always});
    auto r = greedy({3}, 150);
    r.sampling.temperature = 2.0f;  // one draw in twelve is not the likeliest token
    r.sampling.seed = 5;
    const auto sink = submit(scheduler, r);
    sink->wait();
    int64_t others = 0;
    for (size_t i = 1; i < sink->ids.size(); ++i)
        others += sink->ids[i] != (sink->ids[i - 1] + 1) % kVocab;
    EXPECT_GT(others, 5);
    const SchedulerStats stats = finalStats(scheduler);
    EXPECT_GT(stats.mtp_drafted_tokens, 50);
    EXPECT_EQ(stats.mtp_accepted_tokens, stats.mtp_drafted_tokens);
}

TEST(MtpDrafterTest, RepeatedTextIsLookedUpAndTheModuleCatchesUpNowAndThen) {
    const auto backend = createCpuBackend({.threads = 1});
    const auto model = successorModel(*backend, Source::State, 5);
    SpyModel spy(*backend, *model);
    Scheduler scheduler(*backend, spy,
                        {.cache_bytes = 1 << 20, .speculation = Speculation::Always});
    const auto sink = submit(scheduler, greedy({3}, 400));
    EXPECT_EQ(sink->wait().completion_tokens, 400);
    for (size_t i = 0; i < sink->ids.size(); ++i)
        ASSERT_EQ(sink->ids[i], int32_t((4 + i) % 5));
    const SchedulerStats stats = finalStats(scheduler);
    EXPECT_EQ(stats.accepted_tokens, stats.drafted_tokens);
    EXPECT_LT(stats.mtp_drafted_tokens, 20);
    EXPECT_GT(spy.catchUps, 2);
    EXPECT_LE(spy.largest, MtpState::kMostBehind + DraftPolicy::kMaxDrafts);
}

TEST(MtpDrafterTest, AFailedDraftFailsTheStep) {
    const auto backend = createCpuBackend({.threads = 1});
    const auto model = successorModel(*backend, Source::State, kVocab);
    SpyModel spy(*backend, *model);
    Scheduler scheduler(*backend, spy,
                        {.cache_bytes = 1 << 20, .speculation = Speculation::Always});
    auto sink = std::make_shared<Collector>();
    sink->onToken = [&] {
        if (sink->ids.size() == 3)
            spy.failNext = true;
    };
    scheduler.submit(greedy({3}, 50), sink).valueOrThrow();
    const GenerationResult result = sink->wait();
    EXPECT_EQ(result.reason, FinishReason::Failed);
    EXPECT_EQ(result.error->code, core::ErrorCode::ResourceExhausted);
    EXPECT_EQ(submit(scheduler, greedy({3}, 50))->wait().reason, FinishReason::Length);
    finalStats(scheduler);
}

/// Random weights, so that every row of the cache counts.
class MtpRowsTest : public testing::Test {
protected:
    static constexpr int64_t kRequests = 10;

    GenerationRequest requestAt(int64_t index) const {
        GenerationRequest r;
        for (int64_t i = 0; i < 70; ++i)  // two whole pages and a part of the third
            r.prompt.push_back(int32_t(i * 7 % 90));
        for (int64_t i = 0; i < 5 + index * 6; ++i)
            r.prompt.push_back(int32_t((i * i * 11 + index * 3) % 500));
        r.max_tokens = 100 + index;
        r.sampling.seed = uint64_t(index);
        r.prompt_logprobs = index == 4;
        return r;
    }
    /// Compares what the module said in the runtime with its pass over the whole text. Sequences
    /// are told apart by the tokens that stand where the draft was made.
    void checkDrafts(const std::vector<std::vector<int32_t>>& texts) const {
        std::vector<std::vector<float>> whole;
        for (const auto& text : texts)
            whole.push_back(
                downloadFloats(*backend, model->mtpLogits(std::span(text).first(text.size() - 1),
                                                          std::span(text).subspan(1))));
        for (const SpyModel::Seen& seen : spy.seen) {
            double best = 1e9;
            for (size_t t = 0; t < texts.size(); ++t)
                best = std::min(best, difference(seen, texts[t], whole[t]));
            EXPECT_LT(best, kTolerance) << "at position " << seen.start;
        }
    }
    /// In units of the largest logit; infinity when the draft was not made from this text.
    double difference(const SpyModel::Seen& seen, const std::vector<int32_t>& text,
                      const std::vector<float>& whole) const {
        const size_t begin = size_t(seen.start) + 1, count = seen.next.size();
        if (begin + count > text.size() ||
            !std::equal(seen.next.begin(), seen.next.end(), text.begin() + int64_t(begin)))
            return 1e9;
        const auto vocab = size_t(model->config().vocab_size);
        const auto row = std::span(whole).subspan((begin + count - 2) * vocab, vocab);
        float worst = 0.0f, largest = 0.0f;
        for (size_t i = 0; i < vocab; ++i) {
            worst = std::max(worst, std::abs(row[i] - seen.logits[i]));
            largest = std::max(largest, std::abs(row[i]));
        }
        return double(worst) / double(largest);
    }

    // As in mtp_cache_test.cpp: decode arithmetic against prefill's.
    static constexpr double kTolerance = 1e-4;

    std::unique_ptr<Backend> backend = createCpuBackend({.threads = 2});
    std::unique_ptr<Model> model = loadModel(*backend, std::filesystem::path(HEARTH_TEST_DATA_DIR) /
                                                           "reference/models/deepseek_v3_mtp")
                                       .valueOrThrow();
    SpyModel spy{*backend, *model};
    SchedulerOptions options{.prefill_chunk = 48,
                             .max_step = std::chrono::milliseconds(0),
                             .speculation = Speculation::Always,
                             .max_mtp_drafts = 1};
};

TEST_F(MtpRowsTest, DraftsAreThoseOfTheWholeTextWhateverSharesTheSteps) {
    // Two or three requests fit at the end of their answers: the others stand back and replay.
    options.cache_bytes =
        20 * KvCache::kPageTokens * cacheBytesPerToken(model->config(), options.cache_dtype, true);
    std::vector<std::vector<int32_t>> texts;
    SchedulerStats stats;
    {
        Scheduler scheduler(*backend, spy, options);
        std::vector<std::shared_ptr<Collector>> sinks;
        scheduler.runBetweenSteps([&] {  // all of them are there before a step runs
            for (int64_t i = 0; i < kRequests; ++i)
                sinks.push_back(submit(scheduler, requestAt(i)));
        });
        for (int64_t i = 0; i < kRequests; ++i) {
            EXPECT_EQ(sinks[size_t(i)]->wait().reason, FinishReason::Length);
            texts.push_back(requestAt(i).prompt);
            texts.back().insert(texts.back().end(), sinks[size_t(i)]->ids.begin(),
                                sinks[size_t(i)]->ids.end());
        }
        stats = finalStats(scheduler);
    }
    EXPECT_GT(stats.preemptions, 0);
    EXPECT_GT(stats.cached_prompt_tokens, 0);
    EXPECT_GT(stats.mtp_drafted_tokens, 300);
    EXPECT_EQ(int64_t(spy.seen.size()), stats.mtp_drafted_tokens);
    checkDrafts(texts);
}

TEST_F(MtpRowsTest, CancelledInTheMiddleOfDrafting) {
    options.cache_bytes = 1 << 22;
    Scheduler scheduler(*backend, spy, options);
    for (int64_t i = 0; i < kRequests; ++i) {
        auto sink = std::make_shared<Collector>();
        std::promise<Scheduler::RequestId> id;
        auto known = id.get_future().share();
        sink->onToken = [&, known, sink = sink.get()] {
            if (int64_t(sink->ids.size()) == 2 + i)
                scheduler.cancel(known.get());
        };
        GenerationRequest r = requestAt(i);
        r.max_tokens = 0;
        id.set_value(scheduler.submit(r, sink).valueOrThrow());
        EXPECT_EQ(sink->wait().reason, FinishReason::Cancelled);
        EXPECT_GE(int64_t(sink->ids.size()), 2 + i);
    }
    EXPECT_GT(finalStats(scheduler).mtp_drafted_tokens, 0);
}

/// The random module guesses one token in some hundreds, which pays nowhere.
TEST_F(MtpRowsTest, AModuleThatKnowsNothingIsSoonAskedNoMore) {
    options.speculation = Speculation::Measured;
    options.max_mtp_drafts = 4;
    Scheduler scheduler(*backend, *model, options);
    GenerationRequest r = requestAt(0);
    r.max_tokens = 600;
    submit(scheduler, r)->wait();
    const int64_t first = finalStats(scheduler).mtp_drafted_tokens;
    EXPECT_LT(first, 100);
    // Those after it begin with what is known, but for one in sixteen that goes on to try.
    for (int i = 0; i < 32; ++i) {
        r.max_tokens = 30;
        submit(scheduler, r)->wait();
    }
    const int64_t all = finalStats(scheduler).mtp_drafted_tokens;
    EXPECT_GT(all, first);
    EXPECT_LT(all, first + 100);
}

}  // namespace
}  // namespace hearth::engine
