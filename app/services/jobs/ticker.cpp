#include "app/services/jobs/ticker.h"

#include "core/log.h"

namespace hearth::app {

void Ticker::start(std::chrono::milliseconds period, std::function<void()> tick) {
    m_thread = std::thread([this, period, tick = std::move(tick)] { run(period, tick); });
}

void Ticker::stop() {
    {
        std::lock_guard lock(m_mutex);
        m_stopping = true;
    }
    m_wake.notify_all();
    if (m_thread.joinable())
        m_thread.join();
}

void Ticker::run(std::chrono::milliseconds period, const std::function<void()>& tick) {
    std::unique_lock lock(m_mutex);
    while (!m_stopping) {
        lock.unlock();
        try {
            tick();
        } catch (const std::exception& e) {
            core::logError("something that is done again and again failed", {{"reason", e.what()}});
        }
        lock.lock();
        m_wake.wait_for(lock, period, [this] { return m_stopping; });
    }
}

}  // namespace hearth::app
