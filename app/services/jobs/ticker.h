#pragma once
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace hearth::app {

/// A thread that calls a function again and again. start and stop from one thread.
class Ticker {
public:
    Ticker() = default;
    ~Ticker() { stop(); }
    Ticker(const Ticker&) = delete;
    Ticker& operator=(const Ticker&) = delete;

    /// An exception of `tick` is logged, and the next call comes.
    void start(std::chrono::milliseconds period, std::function<void()> tick);
    /// Waits for a call that runs.
    void stop();

private:
    void run(std::chrono::milliseconds period, const std::function<void()>& tick);

    std::mutex m_mutex;  // guards m_stopping
    std::condition_variable m_wake;
    bool m_stopping = false;
    std::thread m_thread;
};

}  // namespace hearth::app
