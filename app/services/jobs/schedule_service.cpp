#include "app/services/jobs/schedule_service.h"

#include "app/services/accounts/scope_of.h"
#include "core/crypto/random.h"

namespace hearth::app {
namespace {

using core::ErrorCode;
using storage::ScheduleKind;
using storage::ScheduleRow;
using storage::ScheduleStatus;
using storage::Scope;

constexpr const char* kTraining = "fine-tune";

std::chrono::sys_seconds instant(int64_t unixSeconds) {
    return std::chrono::sys_seconds(std::chrono::seconds(unixSeconds));
}

int64_t seconds(std::chrono::sys_seconds instant) {
    return instant.time_since_epoch().count();
}

std::optional<int64_t> seconds(const std::optional<std::chrono::sys_seconds>& instant) {
    return instant ? std::optional(seconds(*instant)) : std::nullopt;
}

core::Error notFound(const std::string& id) {
    return {ErrorCode::NotFound, "there is no schedule '" + id + "'", "schedule_id"};
}

core::Error noDataSet(const std::string& name) {
    return {ErrorCode::InvalidArgument,
            "there is no file named '" + name + "' of purpose fine-tune yet; upload it first",
            "data_set"};
}

bool isTimed(ScheduleKind kind) {
    return kind == ScheduleKind::Cron || kind == ScheduleKind::Once;
}

}  // namespace

ScheduleService::ScheduleService(storage::Connection& control, const core::Clock& clock,
                                 PrepareJob prepare, std::function<void()> started)
    : m_control(control),
      m_clock(clock),
      m_prepare(std::move(prepare)),
      m_started(std::move(started)),
      m_rows(control),
      m_jobs(control),
      m_files(control),
      m_users(control),
      m_audit(control) {}

core::Result<ScheduleRow> ScheduleService::create(const Principal& owner,
                                                  const ScheduleRequest& request) {
    CORE_TRY(checkPriority(owner, request.settings));
    const int64_t now = m_clock.unixSeconds();
    ScheduleRow row{.id = core::randomId("sched-"),
                    .owner = ownerOf(owner),
                    .name = request.name,
                    .kind = request.kind,
                    .startsAt = request.startsAt,
                    .settings = request.settings.toJson(),
                    .job = request.job,
                    .handledUntil = now,
                    .createdAt = now};
    CORE_TRY(fillStart(row, request.settings));
    // Refuses a job that cannot run now, not in the night.
    CORE_TRY(prepare(row, request.settings, {}));
    CORE_TRY(m_rows.create(row));
    return row;
}

core::Status ScheduleService::checkPriority(const Principal& principal,
                                            const ScheduleSettings& settings) {
    if (settings.priority != JobPriority::Urgent || principal.may(core::Permission::ManageNode))
        return {};
    return core::Error{ErrorCode::PermissionDenied,
                       "the priority urgent goes before other departments' jobs and needs the "
                       "permission node.manage; high goes before your department's own",
                       "priority"};
}

/// REQUIRES: row.handledUntil is now.
core::Status ScheduleService::fillStart(ScheduleRow& row, const ScheduleSettings& settings) {
    if (settings.dataSet) {
        see(row, *settings.dataSet);
        if (!row.seenFile)
            return noDataSet(*settings.dataSet);
    }
    if (row.kind == ScheduleKind::After)
        return findPredecessor(row);
    if (!isTimed(row.kind))
        return {};
    if (row.startsAt.empty()) {  // now
        // In UTC, where no time comes twice.
        row.startsAt = core::formatUtc(row.handledUntil);
        --row.handledUntil;
    }
    CORE_ASSIGN(const auto times, compileTimes(row.kind, row.startsAt, settings.hours));
    row.nextStart = seconds(times.nextAfter(instant(row.handledUntil)));
    if (!row.nextStart)
        return core::Error{ErrorCode::InvalidArgument,
                           "'" + row.startsAt +
                               "' gives no start in the future: it is over, or lies in a blackout",
                           "when"};
    return {};
}

/// A predecessor exists already, and none of those before it is the schedule itself, so that
/// schedules cannot wait for each other.
core::Status ScheduleService::findPredecessor(ScheduleRow& row) {
    const Scope scope = Scope::department(row.owner.departmentId);
    if (m_jobs.find(scope, row.startsAt)) {
        row.handledUntil = 0;  // it may have ended already
        return {};
    }
    auto before = m_rows.find(scope, row.startsAt);
    if (!before)
        return core::Error{ErrorCode::InvalidArgument,
                           "there is no job or schedule '" + row.startsAt + "' to start after",
                           "when"};
    for (; before; before = m_rows.find(scope, before->startsAt))
        if (before->id == row.id)
            return core::Error{
                ErrorCode::InvalidArgument,
                "the schedule would wait for itself: '" + row.startsAt + "' starts after it",
                "when"};
    return {};
}

/// What a data set is now: only what comes later is a change.
void ScheduleService::see(ScheduleRow& row, const std::string& dataSet) {
    const auto file = m_files.newest(Scope::department(row.owner.departmentId), dataSet, kTraining);
    if (!file)
        return;
    if (row.kind == ScheduleKind::OnChange)
        row.handledUntil = file->seq;
    row.seenFile = file->id;
    row.seenSha256 = file->sha256;
}

core::Result<ScheduleRow> ScheduleService::find(const Principal& principal, const std::string& id) {
    auto row = m_rows.find(scopeOf(principal), id);
    return row ? std::move(row) : notFound(id);
}

storage::Listed<ScheduleRow> ScheduleService::list(const Principal& principal,
                                                   const storage::Page& page) {
    return m_rows.list(scopeOf(principal), page);
}

core::Result<storage::Listed<storage::ScheduleStartRow>> ScheduleService::starts(
    const Principal& principal, const std::string& id, const storage::Page& page) {
    CORE_TRY(find(principal, id));
    return m_rows.starts(scopeOf(principal), id, page);
}

std::optional<storage::ScheduleStartRow> ScheduleService::lastStart(const std::string& id) {
    return m_rows.lastStart(id);
}

core::Result<ScheduleRow> ScheduleService::findOpen(const Principal& principal,
                                                    const std::string& id) {
    CORE_ASSIGN(ScheduleRow row, find(principal, id));
    if (row.status == ScheduleStatus::Ended)
        return core::Error{ErrorCode::Conflict,
                           "the schedule has ended and starts nothing any more; make a new one",
                           "schedule_id"};
    return row;
}

core::Result<ScheduleRow> ScheduleService::pause(const Principal& principal,
                                                 const std::string& id) {
    CORE_ASSIGN(const ScheduleRow row, findOpen(principal, id));
    CORE_TRY(m_rows.setStatus(row.id, ScheduleStatus::Paused));
    return find(principal, id);
}

core::Result<ScheduleRow> ScheduleService::resume(const Principal& principal,
                                                  const std::string& id) {
    CORE_ASSIGN(ScheduleRow row, findOpen(principal, id));
    if (row.status == ScheduleStatus::Active)
        return row;
    CORE_ASSIGN(const auto settings, parseScheduleSettings(row.settings));
    const int64_t now = m_clock.unixSeconds();
    std::optional<int64_t> next;
    if (isTimed(row.kind)) {
        CORE_ASSIGN(const auto times, compileTimes(row.kind, row.startsAt, settings.hours));
        next = seconds(times.nextAfter(instant(now)));
        if (!next)
            return core::Error{ErrorCode::Conflict,
                               "the schedule's time went by while it was paused; make a new one",
                               "schedule_id"};
    }
    storage::Transaction transaction(m_control);
    if (row.kind != ScheduleKind::OnChange)
        row.handledUntil = now;
    if (settings.dataSet)
        see(row, *settings.dataSet);
    if (row.seenFile) {
        CORE_TRY(m_rows.setSeen(row.id, *row.seenFile, row.seenSha256.value_or("")));
    }
    CORE_TRY(m_rows.setHandled(row.id, row.handledUntil, next));
    CORE_TRY(m_rows.setStatus(row.id, ScheduleStatus::Active));
    transaction.commit();
    return find(principal, id);
}

core::Status ScheduleService::remove(const Principal& principal, const std::string& id) {
    CORE_TRY(find(principal, id));
    return m_rows.remove(scopeOf(principal), id);
}

core::Result<std::vector<ComingStart>> ScheduleService::coming(const Principal& principal,
                                                               const std::string& id,
                                                               size_t count) {
    CORE_ASSIGN(const ScheduleRow row, find(principal, id));
    if (row.status != ScheduleStatus::Active)
        return std::vector<ComingStart>();
    CORE_ASSIGN(const auto settings, parseScheduleSettings(row.settings));
    return comingOf(row.kind, row.startsAt, settings.hours, count);
}

core::Result<std::vector<ComingStart>> ScheduleService::preview(const ScheduleRequest& request,
                                                                size_t count) {
    return comingOf(request.kind, request.startsAt, request.settings.hours, count);
}

core::Result<std::vector<ComingStart>> ScheduleService::comingOf(ScheduleKind kind,
                                                                 const std::string& startsAt,
                                                                 const HoursSettings& hours,
                                                                 size_t count) {
    CORE_ASSIGN(const auto open, hours.compile());
    const auto now = instant(m_clock.unixSeconds());
    std::vector<std::chrono::sys_seconds> starts;
    if (kind == ScheduleKind::Once && startsAt.empty()) {
        starts.push_back(now);
    } else if (isTimed(kind)) {
        CORE_ASSIGN(const auto times, compileTimes(kind, startsAt, hours));
        starts = times.nextAfter(now, count);
    }
    std::vector<ComingStart> coming;
    for (const auto start : starts)
        coming.push_back({seconds(start), seconds(open.nextOpen(start))});
    return coming;
}

}  // namespace hearth::app
