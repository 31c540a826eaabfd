// The part of JobService that decides whose turn it is: queue, windows, retries, forecasts.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/services/jobs/job_event_recorder.h"
#include "app/services/jobs/job_service.h"
#include "core/json.h"
#include "core/log.h"

namespace hearth::app {
namespace {

using storage::JobRow;
using storage::JobStatus;
using storage::Scope;

// Fair shares look at a week.
constexpr int64_t kShareSeconds = 7 * 86400;

std::chrono::sys_seconds instant(int64_t unixSeconds) {
    return std::chrono::sys_seconds(std::chrono::seconds(unixSeconds));
}

/// What a job last said of itself in this run.
struct Progress {
    double secondsLeft = 0;
    double tokensPerSecond = 0;
};

std::optional<Progress> progressOf(const std::optional<storage::JobEventRow>& metrics,
                                   const std::optional<int64_t>& runStarted, int64_t now) {
    if (!metrics || !runStarted || metrics->createdAt < *runStarted)
        return {};
    const auto data = core::parseJson(metrics->data, "a job's metrics");
    if (!data)
        return {};
    const auto left = core::readNumber(*data, "eta_s", 0, 1e12);
    const auto speed = core::readNumber(*data, "tokens_per_s", 0, 1e12, 0.0);
    if (!left || !speed)
        return {};
    return Progress{std::max(0.0, *left - double(now - metrics->createdAt)), *speed};
}

}  // namespace

QueueEntry JobService::entryOf(const JobRow& job) const {
    auto calendar = JobCalendar::parse(job.calendar);
    // One that cannot be read has its turn at once, and fails with the reason.
    return {
        .id = job.id,
        .department = job.owner.departmentId,
        .priority = job.priority,
        .notBefore = job.notBefore,
        .hours = calendar ? std::move(calendar->hours) : HoursSettings().compile().valueOrThrow(),
        .secondsLeft = {},
        .startedAt = job.startedAt};
}

std::optional<JobRow> JobService::claimNext() {
    const int64_t now = m_clock.unixSeconds();
    auto jobs = m_jobs.withStatus(JobStatus::Queued);
    if (jobs.empty())
        return {};
    std::vector<QueueEntry> waiting;
    for (const JobRow& job : jobs)
        waiting.push_back(entryOf(job));
    const DepartmentUse use = m_runs.usedSeconds(now - kShareSeconds, now);
    while (const auto next = pickNext(waiting, use, now)) {
        // Another thread may have taken it meanwhile.
        if (m_jobs.setStatus(jobs[*next].id, JobStatus::Queued, JobStatus::Running, now))
            return jobs[*next];
        waiting.erase(waiting.begin() + std::ptrdiff_t(*next));
        jobs.erase(jobs.begin() + std::ptrdiff_t(*next));
    }
    return {};
}

void JobService::enforceHours() {
    std::vector<std::string> ids;
    {
        std::lock_guard lock(m_mutex);
        for (const auto& [id, worker] : m_workers)
            ids.push_back(id);
    }
    for (const std::string& id : ids) {
        const auto job = m_jobs.find(Scope::everything(), id);
        if (!job || entryOf(*job).hours.isOpen(instant(m_clock.unixSeconds())))
            continue;
        std::lock_guard lock(m_mutex);
        const auto worker = m_workers.find(id);
        if (worker != m_workers.end() && m_closing.insert(id).second)
            worker->second->cancel();
    }
}

/// True once for a job whose worker was stopped at the end of its window.
bool JobService::takeClosing(const std::string& id) {
    std::lock_guard lock(m_mutex);
    return m_closing.erase(id) > 0;
}

void JobService::waitForWindow(const JobRow& job, JobEventRecorder& recorder) {
    const auto next = entryOf(job).runnableFrom(m_clock.unixSeconds());
    recorder.message("info", "The window has closed; going on from the last checkpoint " +
                                 (next ? "at " + core::formatUtc(*next)
                                       : std::string("when there is another one")));
    m_jobs.putBack(job.id).orThrow();
}

void JobService::failOrRetry(const JobRow& job, JobEventRecorder& recorder,
                             const ClassedFailure& failure) {
    const int64_t now = m_clock.unixSeconds();
    const auto calendar = JobCalendar::parse(job.calendar);
    auto counts = RetryCounts::parse(job.retries);
    const int64_t tries = counts.of(failure.errorClass);
    const auto delay =
        (calendar ? calendar->retry : RetryPolicy()).delayAfter(failure.errorClass, tries);
    if (delay) {
        counts.add(failure.errorClass);
        recorder.message("warn", failure.message + "; going on from the last checkpoint in " +
                                     std::to_string(*delay) + " s");
        m_jobs.requeue(job.id, now + *delay, counts.toJson()).orThrow();
        return;
    }
    std::string message = failure.message;
    if (tries > 0)
        message +=
            ", also after " + std::to_string(tries) + (tries == 1 ? " more try" : " more tries");
    core::logError("a job failed: " + job.id, {core::ErrorCode::Internal, message, failure.code});
    m_jobs.setFailed(job.id, {failure.code, message, {}}, now).orThrow();
    recorder.message("error", "Failed: " + message);
    removeFolder(job.id);
}

std::map<std::string, JobOutlook> JobService::outlooks() {
    const int64_t now = m_clock.unixSeconds();
    std::map<std::string, JobOutlook> outlooks;
    std::map<std::string, std::optional<storage::MeasuredSpeed>> speeds;  // by model
    const auto enter = [&](const JobRow& job) {
        QueueEntry entry = entryOf(job);
        JobOutlook& outlook = outlooks[job.id];
        if (speeds.find(job.modelId) == speeds.end())
            speeds[job.modelId] = m_runs.speedOf(job.modelId);
        const auto& speed = speeds[job.modelId];
        if (speed && speed->tokensPerSecond > 0 && job.plannedTokens > 0) {
            const double tokens = double(job.plannedTokens) * speed->tokensPerPlanned;
            entry.secondsLeft =
                std::max(0.0, tokens - double(job.trainedTokens)) / speed->tokensPerSecond;
            outlook.basis = "earlier_runs";
        }
        return entry;
    };
    const std::vector<JobRow> jobs = m_jobs.queuedOrRunning();
    std::vector<QueueEntry> running;
    for (const JobRow& job : jobs) {
        if (job.status != JobStatus::Running)
            continue;
        running.push_back(enter(job));
        const auto progress = progressOf(m_jobs.lastMetrics(job.id), m_runs.openSince(job.id), now);
        if (!progress)
            continue;
        running.back().secondsLeft = progress->secondsLeft;
        outlooks[job.id].basis = "progress";
        // The first run on a base is all that is known of it.
        if (!speeds[job.modelId])
            speeds[job.modelId] = storage::MeasuredSpeed{progress->tokensPerSecond};
    }
    std::vector<QueueEntry> waiting;
    for (const JobRow& job : jobs) {
        if (job.status != JobStatus::Queued)
            continue;
        waiting.push_back(enter(job));
        outlooks[job.id].runnableFrom = waiting.back().runnableFrom(now);
    }
    const auto forecasts =
        forecastQueue(std::move(running), std::move(waiting),
                      m_runs.usedSeconds(now - kShareSeconds, now), m_options.runningJobs, now);
    for (const auto& [id, forecast] : forecasts)
        outlooks[id].forecast = forecast;
    return outlooks;
}

}  // namespace hearth::app
