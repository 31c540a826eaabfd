#include "engine/runtime/scheduler.h"

#include <gmock/gmock.h>

#include <atomic>
#include <future>
#include <optional>
#include <semaphore>

#include "engine/cpu/cpu_backend.h"
#include "tests/engine/runtime/collector.h"

namespace hearth::engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing_runtime::Collector;
using testing_runtime::greedy;

constexpr int64_t kVocab = 50;

ModelConfig tinyConfig() {
    ModelConfig config;
    config.vocab_size = kVocab;
    config.num_hidden_layers = 1;
    config.kv_lora_rank = 16;
    config.qk_rope_head_dim = 16;
    config.max_position_embeddings = 200;
    return config;
}

/// Predicts the successor of each token, and checks what a real model relies on: that every
/// sequence comes in order, from where it stopped, and writes to pages that no other one uses.
class SuccessorModel : public Model {
public:
    explicit SuccessorModel(Backend& backend) : m_backend(backend), m_config(tinyConfig()) {}
    const ModelConfig& config() const override { return m_config; }
    int64_t weightBytes() const override { return 0; }
    void setLayers(int64_t layers) { m_config.num_hidden_layers = layers; }

    Tensor step(std::span<const StepSequence> sequences, KvCache&) override {
        if (gate)
            gate->acquire();
        if (failNext.exchange(false))
            throw core::Exception({core::ErrorCode::Internal, "the device failed", ""});
        std::vector<int32_t> pages;
        std::vector<float> logits;
        int64_t rows = 0;
        int64_t prefilled = 0;
        for (const auto& s : sequences) {
            const auto written = s.pages.subspan(size_t(s.start / KvCache::kPageTokens));
            pages.insert(pages.end(), written.begin(), written.end());
            EXPECT_GE(int64_t(s.pages.size()) * KvCache::kPageTokens,
                      s.start + int64_t(s.tokens.size()));
            prefilled += s.prefill ? int64_t(s.tokens.size()) : 0;
            rows += s.logits_rows;
            for (int64_t i = int64_t(s.tokens.size()) - s.logits_rows; i < int64_t(s.tokens.size());
                 ++i) {
                std::vector<float> row(kVocab, 0.0f);
                const int shift = s.adapter ? 2 : 1;
                row[size_t((s.tokens[size_t(i)] + shift) % kVocab)] = 10.0f;
                logits.insert(logits.end(), row.begin(), row.end());
            }
        }
        std::sort(pages.begin(), pages.end());
        EXPECT_EQ(std::adjacent_find(pages.begin(), pages.end()), pages.end());
        largestBatch = std::max<int64_t>(largestBatch, int64_t(sequences.size()));
        largestPrefill = std::max<int64_t>(largestPrefill, prefilled);
        return rows == 0 ? Tensor() : uploadFloats(m_backend, logits, {rows, kVocab});
    }
    Tensor stepWith(std::span<const StepSequence> sequences, KvCache& cache,
                    PromptPass& pass) override {
        if (layerTime.count() == 0)
            return Model::stepWith(sequences, cache, pass);
        const int64_t layers = m_config.num_hidden_layers;
        for (; pass.layer < layers && pass.goes_on(pass.layer); ++pass.layer)
            std::this_thread::sleep_for(layerTime);
        if (pass.layer == layers)
            return step(sequences, cache);
        ++cutPasses;
        std::vector<StepSequence> others;
        int64_t prompts = 0;
        for (const StepSequence& s : sequences) {
            if (s.prefill)
                prompts += int64_t(s.tokens.size());
            else
                others.push_back(s);
        }
        pass.hidden = allocate(m_backend, DType::F32, {prompts, 1});
        return step(others, cache);  // waits for the gate
    }

    std::chrono::milliseconds layerTime{0};
    std::atomic<int64_t> cutPasses = 0;

    std::atomic<int64_t> largestBatch = 0;
    std::atomic<int64_t> largestPrefill = 0;
    std::atomic<bool> failNext = false;
    std::counting_semaphore<>* gate = nullptr;

private:
    Backend& m_backend;
    ModelConfig m_config;
};

class SchedulerTest : public testing::Test {
protected:
    std::shared_ptr<Collector> submit(GenerationRequest r) {
        auto sink = std::make_shared<Collector>();
        auto id = scheduler.submit(std::move(r), sink);
        EXPECT_TRUE(id.ok()) << (id.ok() ? "" : id.error().text());
        return sink;
    }

    std::unique_ptr<Backend> backend = createCpuBackend({.threads = 1});
    SuccessorModel model{*backend};
    Scheduler scheduler{*backend, model, {.prefill_chunk = 16, .cache_bytes = 1 << 20}};
};

TEST_F(SchedulerTest, GeneratesUpToTheLimit) {
    auto sink = submit(greedy({3, 4}, 4));
    const auto result = sink->wait();
    EXPECT_THAT(sink->ids, ElementsAre(5, 6, 7, 8));
    EXPECT_EQ(result.reason, FinishReason::Length);
    EXPECT_EQ(result.prompt_tokens, 2);
    EXPECT_EQ(result.completion_tokens, 4);
}

TEST_F(SchedulerTest, AStopTokenEndsTheAnswerAndIsNotShown) {
    auto r = greedy({3}, 10);
    r.stop_tokens = {6};
    auto sink = submit(std::move(r));
    EXPECT_EQ(sink->wait().reason, FinishReason::Stop);
    EXPECT_THAT(sink->ids, ElementsAre(4, 5));
    EXPECT_THAT(sink->stopIds, ElementsAre(6));
}

TEST_F(SchedulerTest, TheSinkMayStopTheGeneration) {
    auto sink = std::make_shared<Collector>();
    sink->stopAfter = 3;
    ASSERT_TRUE(scheduler.submit(greedy({0}, 10), sink).ok());
    EXPECT_EQ(sink->wait().reason, FinishReason::Stop);
    EXPECT_EQ(sink->ids.size(), 3u);
}

TEST_F(SchedulerTest, LongPromptsRunInChunks) {
    std::vector<int32_t> prompt(100);
    for (size_t i = 0; i < prompt.size(); ++i)
        prompt[i] = int32_t(i % kVocab);
    auto sink = submit(greedy(prompt, 2));
    sink->wait();
    EXPECT_THAT(sink->ids, ElementsAre(0, 1));
    EXPECT_LE(model.largestPrefill, 16);
}

/// With layers that take longer than a step may, so that every step with decodes runs one of its
/// prompts' layers.
class SlowLayersTest : public testing::Test {
protected:
    static constexpr int64_t kLayers = 4, kChunk = 16;

    SlowLayersTest() {
        model.setLayers(kLayers);
        model.layerTime = std::chrono::milliseconds(2);
        model.gate = &gate;
        scheduler.emplace(*backend, model,
                          SchedulerOptions{.prefill_chunk = kChunk,
                                           .max_step = std::chrono::milliseconds(1),
                                           .cache_bytes = 1 << 20,
                                           .share_prefixes = false,
                                           .speculation = Speculation::Off});
    }
    ~SlowLayersTest() override { gate.release(1000); }

    RequestId submit(const std::shared_ptr<Collector>& sink, std::vector<int32_t> prompt,
                     int64_t tokens, std::string principal = "") {
        GenerationRequest r = greedy(std::move(prompt), tokens);
        r.principal = std::move(principal);
        return scheduler->submit(std::move(r), sink).valueOrThrow();
    }
    /// The first step runs its prompt and nothing else.
    RequestId submitAnswer() { return submit(answer, std::vector<int32_t>(kChunk, 1), 150); }
    /// Until one more step waits for the gate.
    void runSteps(int64_t steps, int64_t cuts) {
        gate.release(steps);
        while (model.cutPasses < cuts)
            std::this_thread::yield();
    }

    std::unique_ptr<Backend> backend = createCpuBackend({.threads = 1});
    SuccessorModel model{*backend};
    std::counting_semaphore<> gate{0};
    std::shared_ptr<Collector> answer = std::make_shared<Collector>(),
                               first = std::make_shared<Collector>(),
                               second = std::make_shared<Collector>();
    std::optional<Scheduler> scheduler;
};

TEST_F(SlowLayersTest, PromptsWaitBetweenLayersWhileAnswersGoOn) {
    std::atomic<int64_t> answered = 0;
    int64_t before = 0;
    answer->onToken = [&] { ++answered; };
    first->onToken = [&] { before = before > 0 ? before : answered.load(); };
    scheduler->runBetweenSteps([&] {
        submitAnswer();
        submit(first, std::vector<int32_t>(40, 7), 2);
    });
    gate.release(1000);
    first->wait();
    EXPECT_THAT(first->ids, ElementsAre(8, 9));
    // Three chunks, in all layers but the last one of each.
    EXPECT_EQ(model.cutPasses, 3 * (kLayers - 1));
    EXPECT_EQ(before, 1 + 3 * kLayers);
    EXPECT_EQ(answer->wait().reason, FinishReason::Length);
    EXPECT_EQ(answer->ids.size(), 150u);
}

TEST_F(SlowLayersTest, APromptThatIsCancelledOnItsWayLeavesTheOthers) {
    RequestId id = 0;
    scheduler->runBetweenSteps([&] {
        submitAnswer();
        id = submit(first, {5, 6, 7}, 2);
        submit(second, {10, 11, 12}, 2);
    });
    runSteps(2, 2);
    scheduler->cancel(id);
    gate.release(1000);
    second->wait();
    EXPECT_THAT(second->ids, ElementsAre(13, 14));
    EXPECT_EQ(first->wait().reason, FinishReason::Cancelled);
    EXPECT_EQ(model.cutPasses, 2 + kLayers - 1) << "what is left begins anew";
    answer->wait();
    scheduler->runBetweenSteps([] {});
    EXPECT_EQ(scheduler->stats().cache_pages_free, scheduler->stats().cache_pages);
}

TEST_F(SlowLayersTest, WhoWasServedLessPassesALongPrompt) {
    std::atomic<bool> passed = false;
    first->onToken = [&] { passed = second->ids.size() == 1; };
    scheduler->runBetweenSteps([&] {
        submitAnswer();
        submit(first, std::vector<int32_t>(100, 7), 1, "one");
    });
    runSteps(1 + kLayers + 1, kLayers - 1 + 2);  // one chunk, and another one's first layers
    submit(second, {20}, 1, "another");
    gate.release(1000);
    first->wait();
    EXPECT_THAT(first->ids, ElementsAre(8));
    EXPECT_THAT(second->ids, ElementsAre(21));
    EXPECT_TRUE(passed);
    EXPECT_EQ(model.cutPasses, (7 + 1) * (kLayers - 1)) << "no chunk began anew";
    answer->wait();
}

TEST_F(SchedulerTest, ConcurrentRequestsShareSteps) {
    std::counting_semaphore<> gate(0);
    model.gate = &gate;
    std::vector<std::shared_ptr<Collector>> sinks;
    for (int32_t i = 0; i < 8; ++i)
        sinks.push_back(submit(greedy({i}, 5)));
    gate.release(1000);
    for (int32_t i = 0; i < 8; ++i) {
        sinks[size_t(i)]->wait();
        EXPECT_THAT(sinks[size_t(i)]->ids, ElementsAre(i + 1, i + 2, i + 3, i + 4, i + 5));
    }
    EXPECT_GE(model.largestBatch, 7);
    EXPECT_LT(scheduler.stats().steps, 8 * 5);
}

TEST_F(SchedulerTest, AdaptersShareSteps) {
    std::shared_ptr<const Adapter> adapter(reinterpret_cast<const Adapter*>(&model),
                                           [](const Adapter*) {});
    auto base = submit(greedy({0}, 5));
    auto r = greedy({0}, 5);
    r.adapter = adapter;
    auto tuned = submit(std::move(r));
    base->wait();
    tuned->wait();
    EXPECT_THAT(base->ids, ElementsAre(1, 2, 3, 4, 5));
    EXPECT_THAT(tuned->ids, ElementsAre(2, 4, 6, 8, 10));
}

TEST_F(SchedulerTest, ReportsPromptLogprobs) {
    auto r = greedy({7, 8, 9}, 1);
    r.prompt_logprobs = true;
    auto sink = submit(std::move(r));
    sink->wait();
    EXPECT_THAT(sink->promptIds, ElementsAre(8, 9));
}

TEST_F(SchedulerTest, CancelEndsARunningRequestAndFreesItsPages) {
    std::counting_semaphore<> gate(0);
    model.gate = &gate;
    auto sink = std::make_shared<Collector>();
    const auto id = scheduler.submit(greedy({0}, 150), sink);
    ASSERT_TRUE(id.ok());
    scheduler.cancel(*id);
    gate.release(1000);
    EXPECT_EQ(sink->wait().reason, FinishReason::Cancelled);
    EXPECT_LT(sink->ids.size(), 150u);
    scheduler.runBetweenSteps([] {});
    EXPECT_EQ(scheduler.stats().cache_pages_free, scheduler.stats().cache_pages);
}

TEST_F(SchedulerTest, AFailedStepFailsItsRequestsAndTheNextOnesRun) {
    model.failNext = true;
    auto failed = submit(greedy({0}, 3));
    const auto result = failed->wait();
    EXPECT_EQ(result.reason, FinishReason::Failed);
    ASSERT_TRUE(result.error);
    EXPECT_EQ(result.error->message, "the device failed");
    auto next = submit(greedy({0}, 2));
    EXPECT_EQ(next->wait().reason, FinishReason::Length);
}

TEST_F(SchedulerTest, RefusesAPromptBeyondTheContextWithBothLengths) {
    auto id =
        scheduler.submit(greedy(std::vector<int32_t>(300, 1), 1), std::make_shared<Collector>());
    ASSERT_FALSE(id.ok());
    EXPECT_EQ(id.error().code, core::ErrorCode::InvalidArgument);
    EXPECT_THAT(id.error().message, HasSubstr("300"));
    EXPECT_THAT(id.error().message, HasSubstr("200"));
}

TEST_F(SchedulerTest, RefusesTokensOutsideTheVocabulary) {
    for (int32_t id : {-1, int32_t(kVocab), std::numeric_limits<int32_t>::min()})
        EXPECT_FALSE(scheduler.submit(greedy({id}, 1), std::make_shared<Collector>()).ok());
    EXPECT_FALSE(scheduler.submit(greedy({}, 1), std::make_shared<Collector>()).ok());
}

TEST_F(SchedulerTest, RequestsWaitForCacheAndAllFinish) {
    // 1 MiB at 4 KiB a page: 256 pages; each request takes 7.
    std::vector<std::shared_ptr<Collector>> sinks;
    for (int32_t i = 0; i < 60; ++i)
        sinks.push_back(submit(greedy({i % int32_t(kVocab)}, 199)));
    for (auto& sink : sinks)
        EXPECT_EQ(sink->wait().completion_tokens, 199);
}

TEST_F(SchedulerTest, ACachedPromptIsReportedAndNotComputedAgain) {
    std::vector<int32_t> prompt(100);
    for (size_t i = 0; i < prompt.size(); ++i)
        prompt[i] = int32_t(i % kVocab);
    EXPECT_EQ(submit(greedy(prompt, 2))->wait().cached_tokens, 0);
    EXPECT_EQ(submit(greedy(prompt, 2))->wait().cached_tokens, 96);
    prompt[70] = 3;
    EXPECT_EQ(submit(greedy(prompt, 2))->wait().cached_tokens, 64);
    prompt.resize(64);  // the last prompt token must run: its logits are needed
    EXPECT_EQ(submit(greedy(prompt, 2))->wait().cached_tokens, 32);
    scheduler.runBetweenSteps([] {});  // the last step is counted after its answer is out
    EXPECT_EQ(scheduler.stats().cached_prompt_tokens, 96 + 64 + 32);
    EXPECT_EQ(scheduler.stats().prompt_tokens, 100 + 4 + 36 + 32);
}

TEST_F(SchedulerTest, PromptsAreSharedWithinTheirSaltAndAdapterOnly) {
    const std::vector<int32_t> prompt(100, 7);
    const auto cachedWith = [&](const std::string& salt, std::shared_ptr<const Adapter> adapter) {
        auto r = greedy(prompt, 1);
        r.cache_salt = salt;
        r.adapter = std::move(adapter);
        return submit(std::move(r))->wait().cached_tokens;
    };
    const auto adapter = [this] {
        return std::shared_ptr<const Adapter>(reinterpret_cast<const Adapter*>(&model),
                                              [](const Adapter*) {});
    };
    EXPECT_EQ(cachedWith("sales", nullptr), 0);
    EXPECT_EQ(cachedWith("works", nullptr), 0);
    EXPECT_EQ(cachedWith("sales", nullptr), 96);
    const auto kept = adapter();
    EXPECT_EQ(cachedWith("sales", kept), 0);
    EXPECT_EQ(cachedWith("sales", kept), 96);
    // Another adapter at the same address is another adapter.
    EXPECT_EQ(cachedWith("sales", adapter()), 0);
    EXPECT_EQ(cachedWith("sales", adapter()), 0);
}

TEST_F(SchedulerTest, PromptLogprobsAreWholeWhateverIsCached) {
    const std::vector<int32_t> prompt(70, 7);
    submit(greedy(prompt, 1))->wait();
    auto r = greedy(prompt, 1);
    r.prompt_logprobs = true;
    auto sink = submit(std::move(r));
    EXPECT_EQ(sink->wait().cached_tokens, 0);
    EXPECT_EQ(sink->promptIds.size(), 69u);
}

TEST_F(SchedulerTest, AnInteractiveRequestTakesTheTurnOfABatchOne) {
    Scheduler one(*backend, model, {.max_sequences = 1, .cache_bytes = 1 << 20});
    std::counting_semaphore<> gate(0);
    model.gate = &gate;
    auto batch = std::make_shared<Collector>();
    auto r = greedy({0}, 150);
    r.priority = Priority::Batch;
    std::promise<void> begun;
    batch->onToken = [&] {
        if (batch->ids.size() == 1)
            begun.set_value();
    };
    ASSERT_TRUE(one.submit(std::move(r), batch).ok());
    gate.release(1);
    begun.get_future().wait();
    auto urgent = std::make_shared<Collector>();
    ASSERT_TRUE(one.submit(greedy({20}, 3), urgent).ok());
    int64_t batchTokens = 0;
    urgent->onToken = [&] { batchTokens = int64_t(batch->ids.size()); };
    gate.release(1000);
    urgent->wait();
    EXPECT_LT(batchTokens, 5);
    EXPECT_EQ(batch->wait().completion_tokens, 150);
    for (size_t i = 0; i < batch->ids.size(); ++i)
        ASSERT_EQ(batch->ids[i], int32_t((i + 1) % kVocab));
    EXPECT_EQ(one.stats().preemptions, 1);
}

TEST_F(SchedulerTest, RepeatedTextIsDraftedAndTakesFewerSteps) {
    Scheduler drafting(*backend, model,
                       {.cache_bytes = 1 << 20, .speculation = Speculation::Always});
    // The successor of each token: after one round of the vocabulary everything was seen before.
    auto sink = std::make_shared<Collector>();
    ASSERT_TRUE(drafting.submit(greedy({0}, 190), sink).ok());
    EXPECT_EQ(sink->wait().completion_tokens, 190);
    for (size_t i = 0; i < sink->ids.size(); ++i)
        ASSERT_EQ(sink->ids[i], int32_t((i + 1) % kVocab));
    drafting.runBetweenSteps([] {});  // the last step is counted after its answer is out
    const auto stats = drafting.stats();
    EXPECT_GT(stats.accepted_tokens, 0);
    EXPECT_EQ(stats.accepted_tokens, stats.drafted_tokens);
    EXPECT_EQ(stats.steps, 190 - stats.accepted_tokens);
    EXPECT_EQ(stats.generated_tokens, 190);
}

TEST_F(SchedulerTest, WorkRunsBetweenStepsAndItsExceptionReturns) {
    std::thread::id where;
    scheduler.runBetweenSteps([&] { where = std::this_thread::get_id(); });
    EXPECT_NE(where, std::this_thread::get_id());
    EXPECT_THROW(scheduler.runBetweenSteps([] { throw std::runtime_error("no"); }),
                 std::runtime_error);
}

/// For the thread sanitiser above all: everything that other threads may do, at once.
TEST_F(SchedulerTest, ManyThreadsSubmitCancelAndAsk) {
    Scheduler busy(*backend, model,
                   {.max_sequences = 6, .prefill_chunk = 40, .cache_bytes = 16 * 4096});
    std::vector<std::thread> threads;
    for (int32_t t = 0; t < 4; ++t)
        threads.emplace_back([this, t, &busy] {
            for (int32_t i = 0; i < 50; ++i) {
                auto r = greedy(std::vector<int32_t>(size_t(1 + (i * 7) % 80), t), 1 + i);
                r.principal = std::to_string(t);
                r.priority = i % 3 == 0 ? Priority::Batch : Priority::Interactive;
                auto sink = std::make_shared<Collector>();
                const auto id = busy.submit(std::move(r), sink);
                ASSERT_TRUE(id.ok());
                if (i % 4 == 0)
                    busy.cancel(*id);
                if (i % 5 == 0)
                    busy.runBetweenSteps([] {});
                EXPECT_LE(busy.stats().cache_pages_free, busy.stats().cache_pages);
                if (i % 2 == 0) {
                    EXPECT_NE(sink->wait().reason, FinishReason::Failed);
                }
            }
        });
    for (auto& thread : threads)
        thread.join();
}

TEST(SchedulerShutdown, CancelsWhatIsRunning) {
    auto backend = createCpuBackend({.threads = 1});
    SuccessorModel model(*backend);
    auto sink = std::make_shared<Collector>();
    {
        Scheduler scheduler(*backend, model, {});
        GenerationRequest r;
        r.prompt = {1};
        r.max_tokens = 190;
        std::counting_semaphore<> gate(3);
        model.gate = &gate;
        ASSERT_TRUE(scheduler.submit(std::move(r), sink).ok());
        std::thread([&] { gate.release(1000); }).join();
    }
    const auto result = sink->wait();
    EXPECT_TRUE(result.reason == FinishReason::Cancelled || result.reason == FinishReason::Length);
}

}  // namespace
}  // namespace hearth::engine
