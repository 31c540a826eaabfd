// Hashes the weights of a model that serves already.
#pragma once
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "core/result.h"
#include "engine/formats/packed_file.h"

namespace hearth::engine {

/// Reads a packed file once from end to end on a thread of its own, which runs when nobody else
/// wants the core and at most a quarter of the time. Damage is logged, and the file's stamp goes.
/// Threading: every method may be called from any thread.
class WeightGuard {
public:
    explicit WeightGuard(std::shared_ptr<PackedFile> file);
    /// Ends the reading, within the time of one chunk.
    ~WeightGuard();
    WeightGuard(const WeightGuard&) = delete;
    WeightGuard& operator=(const WeightGuard&) = delete;

    /// DataCorrupt naming file, chunk and tensor once damage was found.
    core::Status status() const;
    /// Waits for the end of the reading; returns status().
    core::Status wait() const;

private:
    void run(const std::stop_token& stop);
    void readAll(const std::stop_token& stop);
    void report(const core::Error& damage);

    std::shared_ptr<PackedFile> m_file;
    mutable std::mutex m_mutex;  // guards m_status and m_done
    mutable std::condition_variable_any m_changed;
    core::Status m_status;
    bool m_done = false;
    std::atomic<bool> m_damaged = false;  // spares status() the lock
    std::jthread m_thread;                // last: starts when everything else is there
};

}  // namespace hearth::engine
