// Speed of serving through the scheduler, as a request sees it: time to the first token of a
// 200-token prompt, and decode with one stream and with eight.
//   serving_benchmark MODEL_DIRECTORY [THREADS]
#include <sys/resource.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <vector>

#include "engine/cpu/cpu_backend.h"
#include "engine/models/model.h"
#include "engine/runtime/random.h"
#include "engine/runtime/scheduler.h"
#include "tests/benchmarks/benchmark_support.h"

namespace {

using namespace hearth;
using namespace hearth::engine;
using SteadyClock = std::chrono::steady_clock;

constexpr int64_t kPromptTokens = 200;
constexpr int64_t kDecodeTokens = 400;

/// Remembers when tokens came.
class Stopwatch : public GenerationSink {
public:
    bool token(const SampledToken&) override {
        if (m_tokens++ == 0)
            m_first = SteadyClock::now();
        m_last = SteadyClock::now();
        return true;
    }
    void finished(const GenerationResult&) override {
        std::lock_guard lock(m_mutex);
        m_finished = true;
        m_done.notify_one();
    }
    void wait() {
        std::unique_lock lock(m_mutex);
        m_done.wait(lock, [this] { return m_finished; });
    }
    SteadyClock::time_point first() const { return m_first; }
    SteadyClock::time_point last() const { return m_last; }
    int64_t tokens() const { return m_tokens; }

private:
    SteadyClock::time_point m_first, m_last;
    int64_t m_tokens = 0;
    std::mutex m_mutex;
    std::condition_variable m_done;
    bool m_finished = false;
};

class Bench {
public:
    Bench(Backend& backend, Model& model) : m_model(model), m_scheduler(backend, model, {}) {}

    /// Milliseconds from submit to the first token.
    double firstToken() {
        const auto start = SteadyClock::now();
        auto sink = submit(kPromptTokens, 1);
        sink->wait();
        return std::chrono::duration<double, std::milli>(sink->first() - start).count();
    }
    /// Tokens a second over all streams, after the last one's first token.
    double decode(int streams) {
        std::vector<std::shared_ptr<Stopwatch>> sinks;
        for (int i = 0; i < streams; ++i)
            sinks.push_back(submit(16, kDecodeTokens));
        auto start = SteadyClock::time_point::min();
        auto end = start;
        int64_t tokens = 0;
        for (auto& sink : sinks) {
            sink->wait();
            start = std::max(start, sink->first());
            end = std::max(end, sink->last());
            tokens += sink->tokens() - 1;
        }
        return double(tokens) / std::chrono::duration<double>(end - start).count();
    }

private:
    std::shared_ptr<Stopwatch> submit(int64_t promptTokens, int64_t maxTokens) {
        GenerationRequest request;
        for (int64_t i = 0; i < promptTokens; ++i)
            request.prompt.push_back(
                int32_t(uniformAt(++m_seed, 0) * double(m_model.config().vocab_size)));
        request.max_tokens = maxTokens;
        request.sampling.temperature = 0.0f;
        auto sink = std::make_shared<Stopwatch>();
        m_scheduler.submit(std::move(request), sink).valueOrThrow();
        return sink;
    }

    Model& m_model;
    Scheduler m_scheduler;
    uint64_t m_seed = 0;
};

template <typename Measure>
double medianOf(int runs, Measure measure) {
    std::vector<double> values;
    for (int i = 0; i < runs; ++i)
        values.push_back(measure());
    std::nth_element(values.begin(), values.begin() + runs / 2, values.end());
    return values[size_t(runs / 2)];
}

double peakMegabytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return double(usage.ru_maxrss) / 1024;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: serving_benchmark MODEL_DIRECTORY [THREADS]\n");
        return 2;
    }
    auto backend = createCpuBackend({.threads = argc > 2 ? std::atoi(argv[2]) : 0});
    const auto loadStart = SteadyClock::now();
    const auto model = loadModel(*backend, argv[1]).valueOrThrow();
    const double loadMs =
        std::chrono::duration<double, std::milli>(SteadyClock::now() - loadStart).count();
    const ModelConfig& c = model->config();
    std::printf("%s; %s: %ld layers, hidden %ld, %ld experts top-%ld, vocab %ld, weights %.1f MB\n",
                benchmark::processorName().c_str(), backend->description().c_str(),
                long(c.num_hidden_layers), long(c.hidden_size), long(c.n_routed_experts),
                long(c.num_experts_per_tok), long(c.vocab_size),
                double(model->weightBytes()) / 1e6);
    std::printf("load                              %8.1f ms\n", loadMs);
    Bench bench(*backend, *model);
    bench.decode(1);  // warms caches and the buffer pool
    std::printf("first token, %ld-token prompt     %8.1f ms\n", long(kPromptTokens),
                medianOf(9, [&] { return bench.firstToken(); }));
    for (const int streams : {1, 8})
        std::printf("decode, %d stream%s                 %8.0f tokens/s\n", streams,
                    streams == 1 ? " " : "s", medianOf(5, [&] { return bench.decode(streams); }));
    std::printf("peak memory                       %8.0f MB\n", peakMegabytes());
    return 0;
}
