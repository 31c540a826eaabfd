// The part of ScheduleService that starts jobs.
#include <nlohmann/json.hpp>

#include "app/services/accounts/scope_of.h"
#include "app/services/jobs/schedule_service.h"
#include "core/crypto/random.h"
#include "core/log.h"

namespace hearth::app {
namespace {

using core::ErrorCode;
using storage::JobRow;
using storage::JobStatus;
using storage::ScheduleKind;
using storage::ScheduleRow;
using storage::ScheduleStatus;
using storage::Scope;

constexpr const char* kTraining = "fine-tune";
// More waiting jobs of one schedule are a mistake, such as a cron expression for every minute.
constexpr int64_t kMaxOpenJobs = 20;

std::chrono::sys_seconds instant(int64_t unixSeconds) {
    return std::chrono::sys_seconds(std::chrono::seconds(unixSeconds));
}

std::optional<int64_t> seconds(const std::optional<std::chrono::sys_seconds>& instant) {
    return instant ? std::optional(int64_t(instant->time_since_epoch().count())) : std::nullopt;
}

/// What the owner of a schedule may do when nobody is signed in: what making it needed.
Principal ownerPrincipal(const storage::Owner& owner) {
    return {PrincipalKind::User,
            owner.userId,
            owner.userId,
            owner.departmentId,
            {core::Permission::UseModels, core::Permission::ReadFiles,
             core::Permission::RunFineTuning}};
}

}  // namespace

void ScheduleService::recompute() {
    for (const ScheduleRow& schedule : m_rows.active()) {
        const auto settings = parseScheduleSettings(schedule.settings);
        if (!settings)
            continue;  // tick() says so
        const auto times = compileTimes(schedule.kind, schedule.startsAt, settings->hours);
        const bool timed =
            schedule.kind == ScheduleKind::Cron || schedule.kind == ScheduleKind::Once;
        if (timed && times)
            m_rows
                .setHandled(schedule.id, schedule.handledUntil,
                            seconds(times->nextAfter(instant(schedule.handledUntil))))
                .orThrow();
    }
}

void ScheduleService::tick() {
    std::lock_guard lock(m_turns);
    using Start = void (ScheduleService::*)(const ScheduleRow&);
    constexpr std::pair<ScheduleKind, Start> kKinds[] = {
        {ScheduleKind::Cron, &ScheduleService::startTimed},
        {ScheduleKind::Once, &ScheduleService::startTimed},
        {ScheduleKind::After, &ScheduleService::startAfter},
        {ScheduleKind::OnChange, &ScheduleService::startOnChange}};
    for (const auto& [kind, start] : kKinds)
        for (const ScheduleRow& schedule : m_rows.due(kind, m_clock.unixSeconds())) {
            try {
                (this->*start)(schedule);
            } catch (const core::Exception& e) {
                failed(schedule, e.error());
            }
        }
}

/// The others have their turn. What another try may cure is tried again with each tick; what it
/// will not, such as a time zone that is no more, pauses the schedule.
void ScheduleService::failed(const ScheduleRow& schedule, const core::Error& error) {
    constexpr int64_t kLogEvery = 600;
    const int64_t now = m_clock.unixSeconds();
    int64_t& logged = m_logged.try_emplace(schedule.id, now - kLogEvery).first->second;
    if (now - logged >= kLogEvery) {
        core::logError("a schedule could not be dealt with: " + schedule.id, error);
        logged = now;
    }
    if (error.code == ErrorCode::InvalidArgument || error.code == ErrorCode::DataCorrupt)
        (void)m_rows.setStatus(schedule.id, ScheduleStatus::Paused, error.message);
}

void ScheduleService::startTimed(const ScheduleRow& schedule) {
    const auto settings = parseScheduleSettings(schedule.settings).valueOrThrow();
    const auto times =
        compileTimes(schedule.kind, schedule.startsAt, settings.hours).valueOrThrow();
    const int64_t now = m_clock.unixSeconds();
    const auto due =
        core::dueStarts(times, instant(schedule.handledUntil), instant(now), settings.missed);
    for (const auto start : due.starts) {
        const int64_t at = *seconds(std::optional(start));
        begin(schedule, settings, {core::formatUtc(at), at, {}});
    }
    const auto next = seconds(times.nextAfter(instant(now)));
    storage::Transaction transaction(m_control);
    m_rows.setHandled(schedule.id, now, next, due.missed).orThrow();
    if (!next)
        m_rows
            .setStatus(schedule.id, ScheduleStatus::Ended,
                       due.starts.empty() ? std::optional<std::string>("its start was missed")
                                          : std::nullopt)
            .orThrow();
    transaction.commit();
}

void ScheduleService::startAfter(const ScheduleRow& schedule) {
    const auto settings = parseScheduleSettings(schedule.settings).valueOrThrow();
    // Before the jobs: what ends in between is seen by the next tick.
    const auto end = endOfPredecessor(schedule, settings);
    for (const auto& ended : m_rows.endedBefore(schedule, settings.onlySucceeded))
        begin(schedule, settings, {"after:" + ended.id, ended.finishedAt, {}});
    if (end)
        m_rows.setStatus(schedule.id, ScheduleStatus::Ended, end->note).orThrow();
}

/// Empty while what a schedule starts after may still bring a start.
std::optional<ScheduleService::PredecessorEnd> ScheduleService::endOfPredecessor(
    const ScheduleRow& schedule, const ScheduleSettings& settings) {
    if (const auto job = m_jobs.find(Scope::everything(), schedule.startsAt)) {
        if (!storage::isFinal(job->status))
            return {};
        if (job->status == JobStatus::Succeeded || !settings.onlySucceeded)
            return PredecessorEnd{};
        return PredecessorEnd{std::string("the job that it was to start after has ") +
                              (job->status == JobStatus::Failed ? "failed" : "been cancelled")};
    }
    const auto predecessor = m_rows.find(Scope::everything(), schedule.startsAt);
    const bool over = !predecessor || predecessor->status == ScheduleStatus::Ended;
    if (!over || m_rows.openJobs(schedule.startsAt) > 0)
        return {};
    return PredecessorEnd{std::string("the schedule that it started after has ") +
                          (predecessor ? "ended" : "been deleted")};
}

void ScheduleService::startOnChange(const ScheduleRow& schedule) {
    const auto file = m_files.newest(Scope::department(schedule.owner.departmentId),
                                     schedule.startsAt, kTraining);
    // An older file becomes the newest when the ones after it are deleted; that is no change.
    if (!file || file->id == schedule.seenFile || file->seq <= schedule.handledUntil)
        return;
    // Nor is the same content under a new id.
    if (file->sha256 != schedule.seenSha256) {
        const auto settings = parseScheduleSettings(schedule.settings).valueOrThrow();
        begin(schedule, settings, {"file:" + file->id, file->createdAt, file});
    }
    storage::Transaction transaction(m_control);
    m_rows.setSeen(schedule.id, file->id, file->sha256).orThrow();
    m_rows.setHandled(schedule.id, file->seq, {}).orThrow();
    transaction.commit();
}

/// One start. What cannot become a job becomes one that has failed, which is where people look.
void ScheduleService::begin(const ScheduleRow& schedule, const ScheduleSettings& settings,
                            const Occurrence& occurrence) {
    const int64_t now = m_clock.unixSeconds();
    if (m_rows.openJobs(schedule.id) >= (settings.skipOverlap ? 1 : kMaxOpenJobs)) {
        (void)m_rows.addStart({.id = core::randomId("start-"),
                               .scheduleId = schedule.id,
                               .owner = schedule.owner,
                               .occurrence = occurrence.key,
                               .dueAt = occurrence.dueAt,
                               .startedAt = now});
        return;
    }
    auto job = prepare(schedule, settings, occurrence.file);
    if (job) {
        store(schedule, occurrence, *job, {});
        return;
    }
    const auto request = jobRequestOf(schedule.job, "");
    JobRow failed{.id = core::randomId("ftjob-"),
                  .owner = schedule.owner,
                  .status = JobStatus::Queued,
                  .modelId = request ? request->model : "",
                  .trainingFile = request ? request->trainingFile : "",
                  .spec = schedule.job,
                  .createdAt = now,
                  .scheduleId = schedule.id};
    store(schedule, occurrence, failed, job.error());
}

core::Result<JobRow> ScheduleService::prepare(const ScheduleRow& schedule,
                                              const ScheduleSettings& settings,
                                              const std::optional<storage::StoredFile>& file) {
    CORE_ASSIGN(const auto user, m_users.find(schedule.owner.userId));
    if (user.disabled)
        return core::Error{ErrorCode::PermissionDenied,
                           "the user who made the schedule is disabled", "owner"};
    std::optional<std::string> training;
    if (settings.dataSet) {
        const auto newest = file ? file
                                 : m_files.newest(Scope::department(schedule.owner.departmentId),
                                                  *settings.dataSet, kTraining);
        if (!newest)
            return core::Error{ErrorCode::NotFound,
                               "there is no file named '" + *settings.dataSet + "' any more",
                               "data_set"};
        training = newest->id;
    }
    CORE_ASSIGN(const JobRequest request, jobRequestOf(schedule.job, training));
    CORE_ASSIGN(JobRow job, m_prepare(ownerPrincipal(schedule.owner), request));
    job.scheduleId = schedule.id;
    job.calendar = settings.jobCalendar();
    job.priority = int64_t(settings.priority);
    return job;
}

void ScheduleService::store(const ScheduleRow& schedule, const Occurrence& occurrence, JobRow& job,
                            const std::optional<core::Error>& failed) {
    const int64_t now = m_clock.unixSeconds();
    storage::Transaction transaction(m_control);
    const auto added = m_rows.addStart({.id = core::randomId("start-"),
                                        .scheduleId = schedule.id,
                                        .owner = schedule.owner,
                                        .occurrence = occurrence.key,
                                        .dueAt = occurrence.dueAt,
                                        .startedAt = now,
                                        .jobId = job.id});
    if (!added)
        return;  // dealt with before
    m_jobs.create(job).orThrow();
    const auto message = [&](const char* level, const std::string& text) {
        m_jobs
            .addEvent(job.id, {.id = core::randomId("ftevent-"),
                               .level = level,
                               .message = text,
                               .createdAt = now})
            .orThrow();
    };
    message("info", "Created by the schedule '" + schedule.name + "', due at " +
                        core::formatUtc(occurrence.dueAt));
    if (failed) {
        m_jobs
            .setFailed(
                job.id,
                {failed->context.empty() ? core::errorCodeName(failed->code) : failed->context,
                 failed->message,
                 {}},
                now)
            .orThrow();
        message("error", "Failed: " + failed->message);
    }
    m_audit.append({.timeMs = m_clock.unixMillis(),
                    .actor = schedule.owner,
                    .action = "schedule.start",
                    .object = schedule.id,
                    .detail = "job=" + job.id + " due=" + core::formatUtc(occurrence.dueAt),
                    .requestId = ""});
    transaction.commit();
    core::logInfo("a schedule started a job", {{"schedule", schedule.id}, {"job", job.id}});
    m_started();
}

}  // namespace hearth::app
