#include "storage/schedule_repository.h"

#include "storage/sqlite/list_query.h"

namespace hearth::storage {
namespace {

constexpr const char* kColumns =
    "id, owner_id, department_id, name, status, kind, starts_at, settings, job, handled_until, "
    "next_start, seen_file, seen_sha256, missed_starts, note, created_at";
constexpr const char* kStartColumns =
    "id, schedule_id, owner_id, department_id, occurrence, due_at, started_at, job_id";

constexpr ScheduleStatus kStatuses[] = {ScheduleStatus::Active, ScheduleStatus::Paused,
                                        ScheduleStatus::Ended};
constexpr ScheduleKind kKinds[] = {ScheduleKind::Cron, ScheduleKind::Once, ScheduleKind::After,
                                   ScheduleKind::OnChange};

template <typename Enum, std::size_t N>
Enum named(const Enum (&all)[N], const char* (*nameOf)(Enum), const std::string& name) {
    for (const Enum value : all)
        if (name == nameOf(value))
            return value;
    throw core::Exception({core::ErrorCode::DataCorrupt, "unknown state of a schedule", name});
}

ScheduleRow readSchedule(const Statement& row) {
    ScheduleRow schedule;
    schedule.id = row.text(0);
    schedule.owner = {row.text(1), row.text(2)};
    schedule.name = row.text(3);
    schedule.status = named(kStatuses, scheduleStatusName, row.text(4));
    schedule.kind = named(kKinds, scheduleKindName, row.text(5));
    schedule.startsAt = row.text(6);
    schedule.settings = row.text(7);
    schedule.job = row.text(8);
    schedule.handledUntil = row.integer(9);
    schedule.nextStart = row.optionalInteger(10);
    schedule.seenFile = row.optionalText(11);
    schedule.seenSha256 = row.optionalText(12);
    schedule.missedStarts = row.integer(13);
    schedule.note = row.optionalText(14);
    schedule.createdAt = row.integer(15);
    return schedule;
}

ScheduleStartRow readStart(const Statement& row) {
    return {.id = row.text(0),
            .scheduleId = row.text(1),
            .owner = {row.text(2), row.text(3)},
            .occurrence = row.text(4),
            .dueAt = row.integer(5),
            .startedAt = row.integer(6),
            .jobId = row.optionalText(7)};
}

std::vector<ScheduleRow> readAll(Statement query) {
    std::vector<ScheduleRow> schedules;
    while (query.step())
        schedules.push_back(readSchedule(query));
    return schedules;
}

}  // namespace

const char* scheduleStatusName(ScheduleStatus status) {
    switch (status) {
        case ScheduleStatus::Active:
            return "active";
        case ScheduleStatus::Paused:
            return "paused";
        case ScheduleStatus::Ended:
            break;
    }
    return "ended";
}

const char* scheduleKindName(ScheduleKind kind) {
    switch (kind) {
        case ScheduleKind::Cron:
            return "cron";
        case ScheduleKind::Once:
            return "once";
        case ScheduleKind::After:
            return "after";
        case ScheduleKind::OnChange:
            break;
    }
    return "on_change";
}

core::Status ScheduleRepository::create(const ScheduleRow& s) {
    return insertRow(m_database, "schedule",
                     "INSERT INTO schedules(id, owner_id, department_id, name, status, kind, "
                     "starts_at, settings, job, handled_until, next_start, seen_file, "
                     "seen_sha256, created_at) "
                     "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
                     s.id, s.owner.userId, s.owner.departmentId, s.name,
                     scheduleStatusName(s.status), scheduleKindName(s.kind), s.startsAt, s.settings,
                     s.job, s.handledUntil, s.nextStart, s.seenFile, s.seenSha256, s.createdAt);
}

core::Result<ScheduleRow> ScheduleRepository::find(const Scope& scope, const std::string& id) {
    auto query = m_database.prepare(
        "SELECT " + std::string(kColumns) + " FROM schedules WHERE " + kInScope + " AND id = ?3",
        scope.seesEverything(), scope.departmentId(), id);
    if (!query.step())
        return notFound("schedule", id);
    return readSchedule(query);
}

Listed<ScheduleRow> ScheduleRepository::list(const Scope& scope, const Page& page) {
    return listPage<ScheduleRow>(m_database, {.columns = kColumns, .table = "schedules"}, scope,
                                 page, readSchedule);
}

core::Status ScheduleRepository::update(const ScheduleRow& s) {
    return changeOne(
        s.id, m_database.execute("UPDATE schedules SET name = ?2, kind = ?3, starts_at = ?4, "
                                 "settings = ?5, job = ?6, handled_until = ?7, next_start = ?8, "
                                 "seen_file = ?9, seen_sha256 = ?10 WHERE id = ?1",
                                 s.id, s.name, scheduleKindName(s.kind), s.startsAt, s.settings,
                                 s.job, s.handledUntil, s.nextStart, s.seenFile, s.seenSha256));
}

core::Status ScheduleRepository::remove(const Scope& scope, const std::string& id) {
    const std::int64_t removed =
        m_database.execute("DELETE FROM schedules WHERE " + std::string(kInScope) + " AND id = ?3",
                           scope.seesEverything(), scope.departmentId(), id);
    return removed == 1 ? core::Status() : core::Status(notFound("schedule", id));
}

std::vector<ScheduleRow> ScheduleRepository::due(ScheduleKind kind, std::int64_t now) {
    const bool timed = kind == ScheduleKind::Cron || kind == ScheduleKind::Once;
    return readAll(m_database.prepare("SELECT " + std::string(kColumns) +
                                          " FROM schedules WHERE status = 'active' AND kind = ?1 "
                                          "AND (NOT ?2 OR next_start <= ?3) ORDER BY seq",
                                      scheduleKindName(kind), timed, now));
}

std::vector<ScheduleRow> ScheduleRepository::active() {
    return readAll(m_database.prepare("SELECT " + std::string(kColumns) +
                                      " FROM schedules WHERE status = 'active' ORDER BY seq"));
}

core::Status ScheduleRepository::changeOne(const std::string& id, std::int64_t changes) {
    return changes == 1 ? core::Status() : core::Status(notFound("schedule", id));
}

core::Status ScheduleRepository::setStatus(const std::string& id, ScheduleStatus status,
                                           const std::optional<std::string>& note) {
    return changeOne(
        id, m_database.execute("UPDATE schedules SET status = ?2, note = ?3 WHERE id = ?1", id,
                               scheduleStatusName(status), note));
}

core::Status ScheduleRepository::setHandled(const std::string& id, std::int64_t handledUntil,
                                            const std::optional<std::int64_t>& nextStart,
                                            std::int64_t missed) {
    return changeOne(id,
                     m_database.execute("UPDATE schedules SET handled_until = ?2, next_start = ?3, "
                                        "missed_starts = missed_starts + ?4 WHERE id = ?1",
                                        id, handledUntil, nextStart, missed));
}

core::Status ScheduleRepository::setSeen(const std::string& id, const std::string& file,
                                         const std::string& sha256) {
    return changeOne(id, m_database.execute("UPDATE schedules SET seen_file = ?2, "
                                            "seen_sha256 = ?3 WHERE id = ?1",
                                            id, file, sha256));
}

core::Status ScheduleRepository::addStart(const ScheduleStartRow& start) {
    return insertRow(m_database, "start of the schedule",
                     "INSERT INTO schedule_starts(id, schedule_id, owner_id, department_id, "
                     "occurrence, due_at, started_at, job_id) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, "
                     "?8)",
                     start.id, start.scheduleId, start.owner.userId, start.owner.departmentId,
                     start.occurrence, start.dueAt, start.startedAt, start.jobId);
}

core::Result<Listed<ScheduleStartRow>> ScheduleRepository::starts(const Scope& scope,
                                                                  const std::string& scheduleId,
                                                                  const Page& page) {
    CORE_TRY(find(scope, scheduleId));
    return listPage<ScheduleStartRow>(
        m_database,
        {.columns = kStartColumns, .table = "schedule_starts", .where = "schedule_id = ?5"}, scope,
        page, readStart, scheduleId);
}

std::optional<ScheduleStartRow> ScheduleRepository::lastStart(const std::string& scheduleId) {
    auto query = m_database.prepare("SELECT " + std::string(kStartColumns) +
                                        " FROM schedule_starts WHERE schedule_id = ?1 "
                                        "ORDER BY seq DESC LIMIT 1",
                                    scheduleId);
    if (!query.step())
        return {};
    return readStart(query);
}

std::vector<EndedJob> ScheduleRepository::endedBefore(const ScheduleRow& schedule,
                                                      bool onlySucceeded) {
    std::vector<EndedJob> jobs;
    auto query = m_database.prepare(
        "SELECT id, finished_at FROM jobs WHERE (id = ?1 OR schedule_id = ?1) "
        "AND department_id = ?2 AND finished_at >= ?3 "
        "AND (status = 'succeeded' OR (NOT ?4 AND status IN ('failed', 'cancelled'))) "
        "AND NOT EXISTS(SELECT 1 FROM schedule_starts s WHERE s.schedule_id = ?5 "
        "AND s.occurrence = 'after:' || jobs.id) ORDER BY finished_at, seq",
        schedule.startsAt, schedule.owner.departmentId, schedule.handledUntil, onlySucceeded,
        schedule.id);
    while (query.step())
        jobs.push_back({query.text(0), query.integer(1)});
    return jobs;
}

std::int64_t ScheduleRepository::openJobs(const std::string& scheduleId) {
    auto query = m_database.prepare(
        "SELECT count(*) FROM jobs WHERE schedule_id = ?1 "
        "AND status IN ('validating_files', 'queued', 'running')",
        scheduleId);
    return query.step() ? query.integer(0) : 0;
}

}  // namespace hearth::storage
