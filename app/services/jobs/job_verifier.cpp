#include "app/services/jobs/job_verifier.h"

#include "core/log.h"
#include "finetune/jobs/replay.h"

namespace hearth::app {

using finetune::FailedEvent;
using finetune::JobEvent;
using finetune::VerifiedEvent;

namespace {

/// The worker's last event; what it says before is not kept.
std::optional<JobEvent> lastEvent(WorkerProcess& worker) {
    std::optional<JobEvent> last;
    while (const auto line = worker.readLine()) {
        JobEvent event = finetune::parseJobEvent(*line).valueOrThrow();
        if (std::holds_alternative<VerifiedEvent>(event) ||
            std::holds_alternative<FailedEvent>(event))
            last = std::move(event);
    }
    return last;
}

}  // namespace

JobVerifier::JobVerifier(std::filesystem::path workerProgram, const core::Clock& clock)
    : m_program(std::move(workerProgram)), m_clock(clock) {}

JobVerifier::~JobVerifier() {
    {
        std::lock_guard lock(m_mutex);
        if (m_worker)
            m_worker->disconnect();
    }
    if (m_thread.joinable())
        m_thread.join();
}

core::Result<Verification> JobVerifier::start(const std::string& jobId, std::string startLine,
                                              std::function<void(const JobEvent&)> record) {
    std::lock_guard lock(m_mutex);
    if (m_running)
        return core::Error{core::ErrorCode::Conflict,
                           "another verification runs; one is made at a time", "job_id"};
    if (m_thread.joinable())
        m_thread.join();
    CORE_ASSIGN(m_worker, WorkerProcess::start(m_program, std::move(startLine)));
    m_running = true;
    const Verification begun{.jobId = jobId, .startedAt = m_clock.unixSeconds()};
    m_last.insert_or_assign(jobId, begun);
    m_thread = std::thread([this, jobId, record = std::move(record), worker = m_worker.get()] {
        follow(jobId, *worker, record);
    });
    return begun;
}

std::optional<Verification> JobVerifier::find(const std::string& jobId) const {
    std::lock_guard lock(m_mutex);
    const auto found = m_last.find(jobId);
    return found == m_last.end() ? std::nullopt : std::optional(found->second);
}

void JobVerifier::follow(const std::string& jobId, WorkerProcess& worker,
                         const std::function<void(const JobEvent&)>& record) {
    std::optional<JobEvent> last;
    std::string end;
    try {
        last = lastEvent(worker);
        end = worker.waitForEnd();
        if (last && std::holds_alternative<VerifiedEvent>(*last))
            record(*last);
    } catch (const std::exception& e) {
        core::logError("a verification could not be followed", {{"reason", e.what()}});
        last = FailedEvent{"internal", e.what()};
    }
    std::lock_guard lock(m_mutex);
    finish(m_last[jobId], last, end);
    m_worker.reset();
    m_running = false;
}

void JobVerifier::finish(Verification& verification, const std::optional<JobEvent>& last,
                         const std::string& end) const {
    verification.finishedAt = m_clock.unixSeconds();
    if (const auto* verified = last ? std::get_if<VerifiedEvent>(&*last) : nullptr) {
        verification.status = verified->equal ? "equal" : "different";
        verification.message = finetune::verificationText(*verified);
        verification.result = *verified;
        return;
    }
    verification.status = "failed";
    const auto* failed = last ? std::get_if<FailedEvent>(&*last) : nullptr;
    verification.message = failed ? failed->message : "the worker ended by itself: " + end;
}

}  // namespace hearth::app
