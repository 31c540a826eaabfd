#include "app/services/node/node_sampler.h"

#include <algorithm>
#include <cmath>

#include "app/services/machine/machine.h"
#include "app/services/serving/cache_use.h"
#include "core/log.h"

namespace hearth::app {
namespace {

constexpr int64_t kIntervalSeconds = NodeSampler::kInterval.count();
constexpr int64_t kDaySeconds = 86'400;

/// What a counter has gained; one that went back belongs to a model that was loaded anew.
int64_t gained(int64_t before, int64_t now) {
    return now >= before ? now - before : now;
}

/// Narrow enough for the detail that was asked for, wide enough for at most `points` buckets:
/// these begin at multiples of their width, so a window may touch one more than fit in it.
int64_t bucketWidth(int64_t from, int64_t to, int64_t points) {
    int64_t width = kIntervalSeconds;
    const int64_t least = (to - from) / points;
    if (least > width)
        width = (least + kIntervalSeconds - 1) / kIntervalSeconds * kIntervalSeconds;
    while (to / width - from / width + 1 > points)
        width += kIntervalSeconds;
    return width;
}

}  // namespace

NodeSampler::NodeSampler(storage::Connection& metrics, ModelService& models, const JobService& jobs,
                         const core::Clock& clock)
    : m_rows(metrics),
      m_models(models),
      m_jobs(jobs),
      m_clock(clock),
      m_cores(std::max<int64_t>(1, processorFacts().cores)),
      m_lastProcessorSeconds(processorSeconds({})),
      m_lastTime(clock.steadyNow()),
      m_thread([this] { loop(); }) {}

NodeSampler::~NodeSampler() {
    {
        std::lock_guard lock(m_mutex);
        m_stopping = true;
    }
    m_wake.notify_one();
    m_thread.join();
}

void NodeSampler::add(const UsageRecord& record) {
    std::lock_guard lock(m_mutex);
    ++m_requests.finished;
    if (record.firstTokenMs) {
        ++m_requests.firstTokens;
        m_requests.firstTokenMs += *record.firstTokenMs;
    }
}

void NodeSampler::sample() {
    std::lock_guard sampling(m_sampleMutex);
    const auto now = m_clock.steadyNow();
    const double elapsed = std::max(1e-3, std::chrono::duration<double>(now - m_lastTime).count());
    m_lastTime = now;
    storage::NodeSample sample{.time = m_clock.unixSeconds(),
                               .intervalMs = std::llround(elapsed * 1000)};
    addModels(sample);
    addMachine(sample, elapsed);
    {
        std::lock_guard lock(m_mutex);
        sample.requests = m_requests.finished;
        sample.firstTokens = m_requests.firstTokens;
        sample.firstTokenMs = m_requests.firstTokenMs;
        m_requests = {};
    }
    m_rows.add(sample, sample.time - kDays * kDaySeconds);
}

NodeSampler::History NodeSampler::history(int64_t from, int64_t to, int64_t points) {
    const int64_t width = bucketWidth(from, to, points);
    return {width, m_rows.buckets(from, to, width)};
}

/// Fires at multiples of the interval, so that each of the narrowest buckets gets one sample.
void NodeSampler::loop() {
    std::unique_lock lock(m_mutex);
    while (!m_stopping) {
        constexpr int64_t kIntervalMs = kIntervalSeconds * 1000;
        const std::chrono::milliseconds left(kIntervalMs - m_clock.unixMillis() % kIntervalMs);
        if (m_wake.wait_for(lock, left, [this] { return m_stopping; }))
            return;
        lock.unlock();
        try {
            sample();
        } catch (const std::exception& e) {
            core::logWarn("a sample of the node's metrics is lost", {{"reason", e.what()}});
        }
        lock.lock();
    }
}

void NodeSampler::addModels(storage::NodeSample& sample) {
    std::map<std::string, Tokens> tokens;
    for (const auto& target : m_models.bases()) {
        const auto stats = target.model->scheduler().stats();
        const Tokens now{stats.prompt_tokens, stats.generated_tokens};
        const Tokens before = m_lastTokens[target.info.id];
        sample.promptTokens += gained(before.prompt, now.prompt);
        sample.generatedTokens += gained(before.generated, now.generated);
        sample.running += stats.running;
        sample.waiting += stats.waiting;
        sample.kvBytesUsed += cacheUse(target.model->config(), stats).bytesUsed;
        tokens[target.info.id] = now;
    }
    m_lastTokens = std::move(tokens);
}

void NodeSampler::addMachine(storage::NodeSample& sample, double elapsedSeconds) {
    sample.rssBytes = memoryFacts().rssBytes;
    const double used = processorSeconds(m_jobs.workers());
    const double share = (used - m_lastProcessorSeconds) / (elapsedSeconds * double(m_cores));
    // A worker that ends between two readings may count twice or not at all.
    sample.cpuShare = std::clamp(share, 0.0, 1.0);
    m_lastProcessorSeconds = used;
}

}  // namespace hearth::app
