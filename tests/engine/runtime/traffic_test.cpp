// A thousand requests that come and go at random, on a small random model and a cache that is
// too small for them.
#include <gmock/gmock.h>

#include <random>
#include <thread>

#include "engine/cpu/cpu_backend.h"
#include "engine/runtime/scheduler.h"
#include "tests/engine/models/test_models.h"
#include "tests/engine/runtime/collector.h"

namespace hearth::engine {
namespace {

using testing_models::MemoryWeights;
using testing_runtime::Collector;

constexpr int kRequests = 1000;
constexpr int kPrompts = 12;
const std::string kSpeculationNames[] = {"Off", "Measured", "Always"};

class TrafficTest : public testing::TestWithParam<Speculation> {
protected:
    static ModelConfig config() {
        ModelConfig c = testing_models::tinyConfig();
        c.num_hidden_layers = 2;
        return c;
    }
    /// Of few kinds, so that answers can be compared: the same kind must give the same answer.
    static GenerationRequest request(int kind) {
        std::mt19937 random(static_cast<uint32_t>(kind));
        GenerationRequest r;
        const int64_t length = 1 + int64_t(random() % 80);
        for (int64_t i = 0; i < length; ++i)  // every second one begins alike
            r.prompt.push_back(int32_t(kind % 2 == 0 && i < 40 ? i : int64_t(random() % 40)));
        // More than a page, which is what a newcomer has to find free: some must stand back.
        r.max_tokens = 1 + int64_t(random() % 90);
        r.sampling.temperature = kind % 3 == 0 ? 0.0f : 1.0f;
        r.sampling.seed = uint64_t(kind);
        r.principal = "p" + std::to_string(kind % 4);
        r.priority = kind % 5 == 0 ? Priority::Batch : Priority::Interactive;
        return r;
    }

    std::unique_ptr<Backend> backend = createCpuBackend({.threads = 1});
    std::unique_ptr<Model> model =
        loadModel(*backend, config(), MemoryWeights(config())).valueOrThrow();
};

TEST_P(TrafficTest, AllEndNoPageIsLostAndTheSameRequestGivesTheSameAnswer) {
    const bool drafts = GetParam() != Speculation::Off;
    const int64_t pageBytes =
        KvCache::kPageTokens * cacheBytesPerToken(config(), DType::F32, drafts);
    Scheduler scheduler(*backend, *model,
                        {.max_sequences = 12,
                         .max_waiting = kRequests,
                         .prefill_chunk = 48,
                         .cache_bytes = 16 * pageBytes,
                         .speculation = GetParam()});
    struct Sent {
        int kind;
        bool cancelled;
        std::shared_ptr<Collector> sink;
    };
    std::vector<Sent> sent;
    std::mt19937 random(1);
    for (int i = 0; i < kRequests; ++i) {
        const int kind = int(random() % kPrompts);
        const bool cancel = random() % 4 == 0;
        auto sink = std::make_shared<Collector>();
        if (random() % 16 == 0)
            sink->stopAfter = 2;  // a client's stop string
        const auto id = scheduler.submit(request(kind), sink).valueOrThrow();
        if (random() % 8 == 0)
            std::this_thread::sleep_for(std::chrono::milliseconds(random() % 3));
        if (cancel)
            scheduler.cancel(id);
        sent.push_back({kind, cancel, std::move(sink)});
    }
    std::vector<std::vector<int32_t>> answers(kPrompts);
    int cancelled = 0;
    for (const Sent& s : sent) {
        const GenerationResult result = s.sink->wait();
        cancelled += result.reason == FinishReason::Cancelled;
        EXPECT_TRUE(s.cancelled || result.reason != FinishReason::Cancelled);
        EXPECT_NE(result.reason, FinishReason::Failed);
        auto& known = answers[size_t(s.kind)];
        if (s.sink->ids.size() > known.size())
            std::swap(known, s.sink->ids);
        EXPECT_TRUE(std::equal(s.sink->ids.begin(), s.sink->ids.end(), known.begin()))
            << "kind " << s.kind;
    }
    EXPECT_GT(cancelled, 0);
    scheduler.runBetweenSteps([] {});
    const SchedulerStats stats = scheduler.stats();
    EXPECT_EQ(stats.cache_pages_free, stats.cache_pages);
    EXPECT_EQ(stats.running, 0);
    EXPECT_EQ(stats.waiting, 0);
    EXPECT_GT(stats.preemptions, 0);
    EXPECT_GT(stats.cached_prompt_tokens, 0);
    EXPECT_EQ(stats.mtp_drafted_tokens > 0, drafts);
}

INSTANTIATE_TEST_SUITE_P(Drafts, TrafficTest,
                         testing::Values(Speculation::Off, Speculation::Measured,
                                         Speculation::Always),
                         [](const auto& info) { return kSpeculationNames[size_t(info.param)]; });

}  // namespace
}  // namespace hearth::engine
