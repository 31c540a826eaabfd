#include "app/services/node/usage_log.h"

#include "app/services/accounts/scope_of.h"
#include "core/log.h"

namespace hearth::app {
namespace {

constexpr std::chrono::seconds kInterval{1};
// What is kept while metrics.db cannot be written; newer records are let go.
constexpr size_t kMaxPending = 100'000;

}  // namespace

UsageLog::UsageLog(storage::Connection& metrics, const core::Clock& clock)
    : m_rows(metrics), m_clock(clock), m_thread([this] { loop(); }) {}

UsageLog::~UsageLog() {
    {
        std::lock_guard lock(m_mutex);
        m_stopping = true;
    }
    m_wake.notify_one();
    m_thread.join();
}

void UsageLog::add(const UsageRecord& record) {
    std::lock_guard lock(m_mutex);
    if (m_pending.size() >= kMaxPending)
        return;
    m_pending.push_back({.requestId = record.requestId,
                         .owner = ownerOf(record.principal),
                         .keyId = record.principal.kind == PrincipalKind::ApiKey
                                      ? record.principal.id
                                      : std::string(),
                         .modelId = record.model,
                         .promptTokens = record.promptTokens,
                         .completionTokens = record.completionTokens,
                         .durationMs = record.milliseconds,
                         .timeMs = m_clock.unixMillis()});
}

void UsageLog::loop() {
    std::unique_lock lock(m_mutex);
    while (!m_stopping) {
        m_wake.wait_for(lock, kInterval, [this] { return m_stopping; });
        write(lock);
    }
}

void UsageLog::write(std::unique_lock<std::mutex>& lock) {
    if (m_pending.empty())
        return;
    std::vector<storage::Usage> batch;
    batch.swap(m_pending);
    lock.unlock();
    bool written = false;
    try {
        m_rows.addUsage(batch);
        written = true;
    } catch (const core::Exception& e) {
        core::logError("usage is not written; trying again", e.error());
    }
    lock.lock();
    if (!written)
        m_pending.insert(m_pending.begin(), batch.begin(), batch.end());
}

}  // namespace hearth::app
