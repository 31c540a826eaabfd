#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "storage/scope.h"

namespace hearth::storage {

class Connection;

enum class ScheduleStatus { Active, Paused, Ended };
const char* scheduleStatusName(ScheduleStatus status);  // as the API says it

enum class ScheduleKind { Cron, Once, After, OnChange };
const char* scheduleKindName(ScheduleKind kind);  // as it is stored

/// What starts jobs: at times, after a job, when a data set changes.
struct ScheduleRow {
    std::string id;
    Owner owner;
    std::string name;
    ScheduleStatus status = ScheduleStatus::Active;
    ScheduleKind kind = ScheduleKind::Cron;
    /// By kind: the cron expression, a local time, the id of a job or schedule, a file's name.
    std::string startsAt;
    std::string settings = "{}";  // JSON: time zone, windows, blackouts, policies
    std::string job = "{}";       // JSON: the request for each job
    /// Every occurrence up to then was dealt with; of OnChange: every file up to that seq.
    std::int64_t handledUntil = 0;
    std::optional<std::int64_t> nextStart;
    std::optional<std::string> seenFile;  // the newest file of the data set at the last look
    std::optional<std::string> seenSha256;
    std::int64_t missedStarts = 0;
    std::optional<std::string> note;  // why it ended
    std::int64_t createdAt = 0;
};

/// An occurrence that was dealt with.
struct ScheduleStartRow {
    std::string id;
    std::string scheduleId;
    Owner owner;
    std::string occurrence;  // unique within the schedule
    std::int64_t dueAt = 0;
    std::int64_t startedAt = 0;
    std::optional<std::string> jobId;  // absent: left out, as the job before still ran
};

/// A job that ended; what schedules of kind After look for.
struct EndedJob {
    std::string id;
    std::int64_t finishedAt = 0;
};

/// Safe from any thread.
class ScheduleRepository {
public:
    explicit ScheduleRepository(Connection& database) : m_database(database) {}

    core::Status create(const ScheduleRow& schedule);
    core::Result<ScheduleRow> find(const Scope& scope, const std::string& id);
    Listed<ScheduleRow> list(const Scope& scope, const Page& page);
    /// Everything but whose it is, its status and what it has started. Errors: NotFound.
    core::Status update(const ScheduleRow& schedule);
    /// Its starts go with it, its jobs stay. Errors: NotFound.
    core::Status remove(const Scope& scope, const std::string& id);

    /// Active ones of a kind; for Cron and Once those whose next start has come at `now`.
    std::vector<ScheduleRow> due(ScheduleKind kind, std::int64_t now);
    std::vector<ScheduleRow> active();

    core::Status setStatus(const std::string& id, ScheduleStatus status,
                           const std::optional<std::string>& note = {});
    core::Status setHandled(const std::string& id, std::int64_t handledUntil,
                            const std::optional<std::int64_t>& nextStart, std::int64_t missed = 0);
    core::Status setSeen(const std::string& id, const std::string& file, const std::string& sha256);

    /// Errors: AlreadyExists when the occurrence was dealt with before.
    core::Status addStart(const ScheduleStartRow& start);
    /// Errors: NotFound (the schedule).
    core::Result<Listed<ScheduleStartRow>> starts(const Scope& scope, const std::string& scheduleId,
                                                  const Page& page);
    std::optional<ScheduleStartRow> lastStart(const std::string& scheduleId);
    /// Jobs that `schedule` follows, ended since its handledUntil, in no start of it yet; oldest
    /// first. Occurrences are "after:" and the job's id.
    std::vector<EndedJob> endedBefore(const ScheduleRow& schedule, bool onlySucceeded);
    /// Jobs of the schedule that wait or run.
    std::int64_t openJobs(const std::string& scheduleId);

private:
    core::Status changeOne(const std::string& id, std::int64_t changes);

    Connection& m_database;
};

}  // namespace hearth::storage
