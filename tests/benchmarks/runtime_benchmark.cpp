// What the scheduler gives many users: the first token after a prompt that is cached, the longest
// pause of running answers while a long prompt enters, and repetitive text with and without
// drafts.
//   runtime_benchmark MODEL_DIRECTORY [THREADS]
#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <nlohmann/json.hpp>

#include "engine/cpu/cpu_backend.h"
#include "engine/formats/chat_format.h"
#include "engine/runtime/random.h"
#include "engine/runtime/scheduler.h"
#include "tests/benchmarks/benchmark_support.h"

namespace {

using namespace hearth;
using namespace hearth::engine;
using SteadyClock = std::chrono::steady_clock;

double secondsSince(SteadyClock::time_point start) {
    return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

/// Remembers when tokens came.
class Stopwatch : public GenerationSink {
public:
    bool token(const SampledToken& token) override {
        std::lock_guard lock(m_mutex);
        m_times.push_back(SteadyClock::now());
        m_ids.push_back(token.id);
        m_changed.notify_all();
        return true;
    }
    void finished(const GenerationResult& result) override {
        std::lock_guard lock(m_mutex);
        m_result = result;
        m_changed.notify_all();
    }
    GenerationResult wait() {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_result.has_value(); });
        return *m_result;
    }
    void waitForTokens(size_t count) {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [&] { return m_times.size() >= count || m_result; });
    }
    /// The longest time between two tokens that came after `from`.
    double longestGap(SteadyClock::time_point from, SteadyClock::time_point to) const {
        double longest = 0;
        for (size_t i = 1; i < m_times.size(); ++i)
            if (m_times[i] > from && m_times[i - 1] < to)
                longest = std::max(
                    longest, std::chrono::duration<double>(m_times[i] - m_times[i - 1]).count());
        return longest;
    }
    const std::vector<SteadyClock::time_point>& times() const { return m_times; }
    const std::vector<int32_t>& ids() const { return m_ids; }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::vector<SteadyClock::time_point> m_times;
    std::vector<int32_t> m_ids;
    std::optional<GenerationResult> m_result;
};

struct Bench {
    Backend& backend;
    Model& model;
    const ChatFormat& chat;

    SchedulerOptions options() const { return {.cache_bytes = int64_t{1} << 30}; }
    std::vector<int32_t> randomPrompt(int64_t tokens, uint64_t seed) const {
        std::vector<int32_t> prompt;
        for (int64_t i = 0; i < tokens; ++i)
            prompt.push_back(
                int32_t(uniformAt(seed, uint64_t(i)) * double(model.config().vocab_size)));
        return prompt;
    }
    static std::shared_ptr<Stopwatch> submit(Scheduler& scheduler, std::vector<int32_t> prompt,
                                             int64_t maxTokens) {
        GenerationRequest request;
        request.prompt = std::move(prompt);
        request.max_tokens = maxTokens;
        request.sampling.temperature = 0.0f;
        auto sink = std::make_shared<Stopwatch>();
        scheduler.submit(std::move(request), sink).valueOrThrow();
        return sink;
    }

    void cachedPrefix() const {
        const int64_t prefix = std::min<int64_t>(4096, model.config().max_position_embeddings / 2);
        Scheduler scheduler(backend, model, options());
        std::vector<double> cold, cached;
        for (uint64_t run = 0; run < 3; ++run) {
            std::vector<int32_t> prompt = randomPrompt(prefix, run);
            for (const bool first : {true, false}) {
                const auto rest = randomPrompt(64, 100 + run * 2 + uint64_t(first));
                prompt.resize(size_t(prefix));
                prompt.insert(prompt.end(), rest.begin(), rest.end());
                const auto start = SteadyClock::now();
                submit(scheduler, prompt, 1)->wait();
                (first ? cold : cached).push_back(secondsSince(start));
            }
        }
        std::ranges::sort(cold);
        std::ranges::sort(cached);
        std::printf("first token, %ld + 64 tokens: cold %.0f ms, cached %.1f ms, 1/%.1f\n",
                    long(prefix), cold[1] * 1e3, cached[1] * 1e3, cold[1] / cached[1]);
    }

    void stall() const {
        const int64_t length =
            std::min<int64_t>(10'000, model.config().max_position_embeddings * 3 / 4);
        SchedulerOptions o = options();
        o.speculation = Speculation::Off;
        for (const int limit : {400, 0}) {
            o.max_step = std::chrono::milliseconds(limit);
            Scheduler scheduler(backend, model, o);
            std::vector<std::shared_ptr<Stopwatch>> streams;
            for (uint64_t i = 0; i < 3; ++i)
                streams.push_back(submit(scheduler, randomPrompt(20, 7 + i),
                                         model.config().max_position_embeddings - 40));
            for (const auto& stream : streams)
                stream->waitForTokens(20);
            const auto start = SteadyClock::now();
            const auto entering = submit(scheduler, randomPrompt(length, 1), 1);
            entering->wait();
            const auto end = SteadyClock::now();
            const double seconds = secondsSince(start);
            for (const auto& stream : streams)
                stream->waitForTokens(stream->times().size() + 2);
            double longest = 0;
            for (const auto& stream : streams)
                longest = std::max(longest, stream->longestGap(start, end));
            std::printf(
                "%ld-token prompt beside 3 streams, max_step %d ms: %.0f tokens/s, longest pause "
                "%.0f ms\n",
                long(length), limit, double(length) / seconds, longest * 1e3);
        }
    }

    void repetitive() const {
        const std::string code =
            "def area(width, height):\n    return width * height\n\n"
            "def volume(width, height, depth):\n    return area(width, height) * depth\n\n"
            "def surface(width, height, depth):\n    return 2 * (area(width, height) + "
            "area(width, depth) + area(height, depth))\n";
        const nlohmann::json messages = nlohmann::json::array(
            {{{"role", "user"}, {"content", "Repeat this code exactly:\n" + code}}});
        const auto prompt = chat.encodeChat(messages).valueOrThrow();
        double rates[2] = {};
        std::vector<int32_t> answers[2];
        for (int round = 0; round < 3; ++round) {
            for (const bool drafts : {false, true}) {
                SchedulerOptions o = options();
                o.speculation = drafts ? Speculation::Measured : Speculation::Off;
                Scheduler scheduler(backend, model, o);
                const auto sink = submit(scheduler, prompt, 256);
                sink->wait();
                const auto& times = sink->times();
                const double took =
                    std::chrono::duration<double>(times.back() - times.front()).count();
                rates[drafts] = std::max(rates[drafts], double(times.size() - 1) / took);
                answers[drafts] = sink->ids();
                if (drafts && round == 2) {
                    scheduler.runBetweenSteps([] {});
                    const auto stats = scheduler.stats();
                    std::printf(
                        "repetitive text: %.0f tokens/s, with drafts %.0f (%.2fx), %ld of %ld "
                        "drafts accepted, answers %s\n",
                        rates[0], rates[1], rates[1] / rates[0], long(stats.accepted_tokens),
                        long(stats.drafted_tokens), answers[0] == answers[1] ? "equal" : "DIFFER");
                }
            }
        }
    }
};

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: runtime_benchmark MODEL_DIRECTORY [THREADS]\n");
        return 2;
    }
    std::setvbuf(stdout, nullptr, _IOLBF, 0);  // a long run shows what it has
    auto backend = createCpuBackend({.threads = argc > 2 ? std::atoi(argv[2]) : 0});
    const auto model = loadModel(*backend, argv[1]).valueOrThrow();
    const auto chat = ChatFormat::load(argv[1]).valueOrThrow();
    std::printf("%s; %s: %ld layers, hidden %ld, context %ld\n", benchmark::processorName().c_str(),
                backend->description().c_str(), long(model->config().num_hidden_layers),
                long(model->config().hidden_size), long(model->config().max_position_embeddings));
    const Bench bench{*backend, *model, chat};
    bench.repetitive();
    bench.cachedPrefix();
    bench.stall();
    return 0;
}
