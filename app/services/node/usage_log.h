// Token accounts: collected in memory, written to metrics.db in batches.
#pragma once
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "app/services/serving/serving_context.h"
#include "core/clock.h"
#include "storage/metrics_repository.h"

namespace hearth::app {

/// Threading: add() from any thread. Written once a second and at the end.
class UsageLog {
public:
    UsageLog(storage::Connection& metrics, const core::Clock& clock);
    ~UsageLog();

    void add(const UsageRecord& record);

private:
    void loop();
    void write(std::unique_lock<std::mutex>& lock);

    storage::MetricsRepository m_rows;
    const core::Clock& m_clock;
    std::mutex m_mutex;  // guards what follows
    std::condition_variable m_wake;
    std::vector<storage::Usage> m_pending;
    bool m_stopping = false;
    std::thread m_thread;
};

}  // namespace hearth::app
