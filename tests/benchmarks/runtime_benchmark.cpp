// What the scheduler gives many users: the first token after a prompt that is cached, the longest
// pause of running answers while a long prompt enters, and repetitive and ordinary text with and
// without drafts.
//   runtime_benchmark MODEL_DIRECTORY [--one-thread] [--prompts] [--max-step MS]
//                     [--cache f32|bf16|int8]
// --one-thread measures the drafts alone, in processor time of one thread, for a machine that
// others use as well; --prompts leaves the drafts out; --max-step measures the pauses alone, with
// this [engine] max_step_ms.
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
    DType cache;

    SchedulerOptions options() const {
        return {.cache_bytes = int64_t{1} << 30, .cache_dtype = cache};
    }
    std::vector<int32_t> randomPrompt(int64_t tokens, uint64_t seed) const {
        std::vector<int32_t> prompt;
        for (int64_t i = 0; i < tokens; ++i)
            prompt.push_back(
                int32_t(uniformAt(seed, uint64_t(i)) * double(model.config().vocab_size)));
        return prompt;
    }
    static std::shared_ptr<Stopwatch> submit(Scheduler& scheduler, std::vector<int32_t> prompt,
                                             int64_t maxTokens, float temperature = 0.0f) {
        GenerationRequest request;
        request.prompt = std::move(prompt);
        request.max_tokens = maxTokens;
        request.sampling.temperature = temperature;
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

    /// maxSteps: ms; 0 is no limit.
    void stall(std::initializer_list<int> maxSteps) const {
        const int64_t length =
            std::min<int64_t>(10'000, model.config().max_position_embeddings * 3 / 4);
        SchedulerOptions o = options();
        o.speculation = Speculation::Off;
        for (const int limit : maxSteps) {
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

    /// A code edit and an extraction: answers that quote their prompts.
    void repetitive() const {
        const std::string code =
            "def area(width, height):\n    return width * height\n\n"
            "def volume(width, height, depth):\n    return area(width, height) * depth\n\n"
            "def surface(width, height, depth):\n    return 2 * (area(width, height) + "
            "area(width, depth) + area(height, depth))\n\n"
            "def weight(width, height, depth, density):\n"
            "    return volume(width, height, depth) * density\n\n"
            "def price(width, height, depth, density, price_per_kilogram):\n"
            "    return weight(width, height, depth, density) * price_per_kilogram\n";
        const std::string orders =
            "Order 4711, Monday: 12 bearings of type 6204 for the north hall, urgent.\n"
            "Order 4712, Monday: 3 pumps of type P-80 for the boiler house.\n"
            "Order 4713, Tuesday: 40 bolts of type M12 for the north hall.\n"
            "Order 4714, Tuesday: 1 gearbox of type G-310 for the south hall, urgent.\n"
            "Order 4715, Wednesday: 6 valves of type V-25 for the boiler house.\n"
            "Order 4716, Thursday: 2 motors of type AC-7 for the south hall, urgent.\n";
        for (const auto& [what, task] :
             {std::pair{"code edit",
                        "Rename the function area to base_area everywhere in this "
                        "code and write the whole code:\n```python\n" +
                            code + "```"},
              {"extraction", "List the orders of these lines word for word:\n" + orders}}) {
            const nlohmann::json messages =
                nlohmann::json::array({{{"role", "user"}, {"content", task}}});
            speculation(what, {chat.encodeChat(messages).valueOrThrow()}, 256, 0.0f, 1);
        }
    }

    void ordinary() const {
        std::vector<std::vector<int32_t>> prompts;
        for (const char* question :
             {"Tell me a story about a lighthouse and a storm.", "What did the old man say?",
              "How do I change the oil of the pump?", "Write a letter to a friend in the country.",
              "Explain why the machine stopped.", "Describe a walk through the town at night.",
              "What should I do when the alarm rings?", "Summarise the history of the house."}) {
            const nlohmann::json messages =
                nlohmann::json::array({{{"role", "user"}, {"content", question}}});
            prompts.push_back(chat.encodeChat(messages).valueOrThrow());
        }
        for (const float temperature : {0.0f, 0.8f})
            for (const size_t streams : {size_t{1}, size_t{4}})
                speculation("ordinary text", prompts, 96, temperature, streams);
    }

    static constexpr int kRounds = 9;

    struct Drafting {
        const char* name;
        Speculation speculation;
        int64_t mtp_drafts;
    };

    /// Answers all prompts in each way of drafting, `streams` at once, in turn; medians.
    void speculation(const char* what, const std::vector<std::vector<int32_t>>& prompts,
                     int64_t tokens, float temperature, size_t streams) const {
        const std::vector<Drafting> ways{{"off", Speculation::Off, 0},
                                         {"n-gram", Speculation::Measured, 0},
                                         {"n-gram and MTP", Speculation::Measured, 4},
                                         {"always", Speculation::Always, 4},
                                         {"always one", Speculation::Always, 1}};
        std::vector<std::vector<double>> rates(ways.size());
        std::vector<std::vector<int32_t>> answers(ways.size());
        std::vector<SchedulerStats> stats(ways.size());
        for (int round = 0; round < kRounds; ++round)
            for (size_t way = 0; way < ways.size(); ++way) {
                SchedulerOptions o = options();
                o.max_sequences = int64_t(streams);
                o.speculation = ways[way].speculation;
                o.max_mtp_drafts = ways[way].mtp_drafts;
                Scheduler scheduler(backend, model, o);
                answers[way].clear();
                rates[way].push_back(
                    answerAll(scheduler, prompts, tokens, temperature, answers[way]));
                stats[way] = scheduler.stats();
            }
        for (size_t way = 0; way < ways.size(); ++way) {
            std::ranges::sort(rates[way]);
            const SchedulerStats& s = stats[way];
            std::printf(
                "%s, temperature %.1f, %zu at once, drafts %s: %.0f tokens/s (%.2fx), %ld "
                "of %ld drafts accepted (MTP: %ld of %ld), answers %s\n",
                what, double(temperature), streams, ways[way].name, rates[way][kRounds / 2],
                rates[way][kRounds / 2] / rates[0][kRounds / 2], long(s.accepted_tokens),
                long(s.drafted_tokens), long(s.mtp_accepted_tokens), long(s.mtp_drafted_tokens),
                answers[way] == answers[0] ? "equal" : "DIFFER");
        }
    }

    /// Tokens a second, prompts included: the answers are long beside them.
    static double answerAll(Scheduler& scheduler, const std::vector<std::vector<int32_t>>& prompts,
                            int64_t tokens, float temperature, std::vector<int32_t>& answers) {
        const double start = benchmark::processSecondsNow();
        std::vector<std::shared_ptr<Stopwatch>> sinks;
        for (const auto& prompt : prompts)
            sinks.push_back(submit(scheduler, prompt, tokens, temperature));
        for (const auto& sink : sinks) {
            sink->wait();
            answers.insert(answers.end(), sink->ids().begin(), sink->ids().end());
        }
        const double seconds = benchmark::processSecondsNow() - start;
        scheduler.runBetweenSteps([] {});  // the last step is counted after its answer is out
        return double(answers.size()) / seconds;
    }
};

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    const auto given = [&](const char* option) { return std::ranges::find(arguments, option); };
    const auto type = given("--cache");
    const auto cache = type == arguments.end()
                           ? DType::F32
                           : parseCacheType(type + 1 == arguments.end() ? "" : *(type + 1));
    if (arguments.empty() || !cache) {
        std::fprintf(stderr,
                     "usage: runtime_benchmark MODEL_DIRECTORY [--one-thread] [--prompts] "
                     "[--max-step MS] [--cache f32|bf16|int8]\n");
        return 2;
    }
    std::setvbuf(stdout, nullptr, _IOLBF, 0);  // a long run shows what it has
    const bool oneThread = given("--one-thread") != arguments.end();
    benchmark::measureProcessorTime = oneThread;
    auto backend = createCpuBackend({.threads = oneThread ? 1 : 0});
    const auto model = loadModel(*backend, arguments[0]).valueOrThrow();
    const auto chat = ChatFormat::load(arguments[0]).valueOrThrow();
    std::printf("%s; %s: %ld layers, hidden %ld, context %ld\n", benchmark::processorName().c_str(),
                backend->description().c_str(), long(model->config().num_hidden_layers),
                long(model->config().hidden_size), long(model->config().max_position_embeddings));
    const Bench bench{*backend, *model, chat, *cache};
    if (const auto step = given("--max-step"); step != arguments.end()) {
        bench.stall({step + 1 == arguments.end() ? 0 : std::atoi((step + 1)->c_str())});
        return 0;
    }
    if (given("--prompts") == arguments.end()) {
        bench.repetitive();
        bench.ordinary();
    }
    if (oneThread)
        return 0;
    bench.cachedPrefix();
    bench.stall({400, 0});
    return 0;
}
