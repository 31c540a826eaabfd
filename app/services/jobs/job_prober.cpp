#include "app/services/jobs/job_prober.h"

#include <optional>

namespace hearth::app {
namespace {

using finetune::FailedEvent;
using finetune::JobEvent;
using finetune::ProbedEvent;

/// A job that cannot be is the request's fault; its memory, too.
core::Error errorOf(const FailedEvent& failed) {
    const bool internal = failed.code == core::errorCodeName(core::ErrorCode::Internal);
    return {internal ? core::ErrorCode::Internal : core::ErrorCode::InvalidArgument,
            failed.message,
            {}};
}

core::Result<ProbedEvent> outcomeOf(WorkerProcess& worker) {
    std::optional<JobEvent> last;
    while (const auto line = worker.readLine()) {
        CORE_ASSIGN(last, finetune::parseJobEvent(*line));
    }
    const std::string end = worker.waitForEnd();
    if (const auto* probed = last ? std::get_if<ProbedEvent>(&*last) : nullptr)
        return *probed;
    if (const auto* failed = last ? std::get_if<FailedEvent>(&*last) : nullptr)
        return errorOf(*failed);
    return core::Error{core::ErrorCode::Internal, "the worker ended by itself: " + end, {}};
}

}  // namespace

JobProber::~JobProber() {
    std::unique_lock lock(m_mutex);
    if (m_worker)
        m_worker->disconnect();
    m_ended.wait(lock, [this] { return !m_worker; });
}

core::Result<ProbedEvent> JobProber::run(std::string startLine) {
    WorkerProcess* worker = nullptr;
    {
        std::lock_guard lock(m_mutex);
        if (m_worker)
            return core::Error{core::ErrorCode::Conflict,
                               "another probe runs; one is made at a time", ""};
        CORE_ASSIGN(m_worker, WorkerProcess::start(m_program, std::move(startLine)));
        worker = m_worker.get();
    }
    auto outcome = outcomeOf(*worker);
    std::lock_guard lock(m_mutex);
    m_worker.reset();
    m_ended.notify_all();
    return outcome;
}

}  // namespace hearth::app
