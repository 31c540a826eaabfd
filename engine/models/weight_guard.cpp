#include "engine/models/weight_guard.h"

#include <sched.h>

#include <chrono>

#include "core/log.h"
#include "engine/formats/packed_stamp.h"

namespace hearth::engine {
namespace {

// Times as long as a chunk took: a core at a quarter hashes 250 MB/s, 9 GB in 40 seconds. What
// takes longer, from a slow disk or on a busy machine, rests longer too.
constexpr int kRest = 3;

/// This thread runs when the core would be idle. Fails where a container forbids it; the rests
/// remain.
void giveWay() {
    const sched_param none{};
    sched_setscheduler(0, SCHED_IDLE, &none);
}

}  // namespace

WeightGuard::WeightGuard(std::shared_ptr<PackedFile> file)
    : m_file(std::move(file)), m_thread([this](const std::stop_token& stop) { run(stop); }) {}

WeightGuard::~WeightGuard() = default;

void WeightGuard::run(const std::stop_token& stop) {
    giveWay();
    try {
        readAll(stop);
    } catch (const std::exception& e) {
        report({core::ErrorCode::Internal,
                std::string("the model cannot be verified any further: ") + e.what(),
                m_file->path().string()});
    }
    const std::lock_guard lock(m_mutex);
    m_done = true;
    m_changed.notify_all();
}

void WeightGuard::readAll(const std::stop_token& stop) {
    for (size_t chunk = 0; chunk < m_file->chunks() && !stop.stop_requested(); ++chunk) {
        const auto begin = std::chrono::steady_clock::now();
        if (const auto checked = m_file->checkChunk(chunk); !checked)
            return report(checked.error());
        std::unique_lock lock(m_mutex);
        m_changed.wait_for(lock, stop, kRest * (std::chrono::steady_clock::now() - begin),
                           [] { return false; });
    }
}

void WeightGuard::report(const core::Error& damage) {
    core::logError("a model in use is damaged and answers no more", damage);
    removeStamp(*m_file);
    const std::lock_guard lock(m_mutex);
    m_status = damage;
    m_damaged = true;
}

core::Status WeightGuard::status() const {
    if (!m_damaged)
        return {};
    const std::lock_guard lock(m_mutex);
    return m_status;
}

core::Status WeightGuard::wait() const {
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return m_done; });
    return m_status;
}

}  // namespace hearth::engine
