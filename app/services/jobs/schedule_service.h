// Schedules: kept, and turned into jobs when their time comes.
#pragma once
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "app/api/principal.h"
#include "app/services/jobs/schedule_request.h"
#include "core/clock.h"
#include "core/result.h"
#include "storage/audit_repository.h"
#include "storage/file_repository.h"
#include "storage/job_repository.h"
#include "storage/schedule_repository.h"
#include "storage/sqlite/connection.h"
#include "storage/user_repository.h"

namespace hearth::app {

/// A start to come, and from when its job may run: later where no window is open.
struct ComingStart {
    int64_t at = 0;
    std::optional<int64_t> runsFrom;  // absent: not within five years
};

/// An occurrence has one start, whatever happens to the node: its row, its job and the audit's
/// entry come in one transaction, and the row is unique. Threading: every method may be called from
/// any thread; tick() from one.
class ScheduleService {
public:
    /// Makes a job's row of a request, checked but not stored.
    using PrepareJob =
        std::function<core::Result<storage::JobRow>(const Principal&, const JobRequest&)>;

    /// `started` is called after a job was stored. Both outlive this.
    ScheduleService(storage::Connection& control, const core::Clock& clock, PrepareJob prepare,
                    std::function<void()> started);

    /// Errors: InvalidArgument, also for a job that could not run now; PermissionDenied for the
    /// priority urgent without node.manage; NotFound.
    core::Result<storage::ScheduleRow> create(const Principal& owner,
                                              const ScheduleRequest& request);
    core::Result<storage::ScheduleRow> find(const Principal& principal, const std::string& id);
    storage::Listed<storage::ScheduleRow> list(const Principal& principal,
                                               const storage::Page& page);
    core::Result<storage::Listed<storage::ScheduleStartRow>> starts(const Principal& principal,
                                                                    const std::string& id,
                                                                    const storage::Page& page);
    std::optional<storage::ScheduleStartRow> lastStart(const std::string& id);
    /// Changes the fields that `changes` has, in JSON, by the rules of create(). What was started
    /// goes on as it was; starts are counted anew from now where the change is about them. Errors:
    /// those of create(), also for a schedule that would wait for itself; Conflict when it has
    /// ended.
    core::Result<storage::ScheduleRow> edit(const Principal& principal, const std::string& id,
                                            std::string_view changes);
    /// What comes while it is paused is left out. Errors: Conflict when it has ended.
    core::Result<storage::ScheduleRow> pause(const Principal& principal, const std::string& id);
    core::Result<storage::ScheduleRow> resume(const Principal& principal, const std::string& id);
    /// Jobs that it started go on.
    core::Status remove(const Principal& principal, const std::string& id);

    /// The next starts of a schedule that has times; none of others. Errors: NotFound.
    core::Result<std::vector<ComingStart>> coming(const Principal& principal, const std::string& id,
                                                  size_t count);
    core::Result<std::vector<ComingStart>> preview(const ScheduleRequest& request, size_t count);

    /// After a start of the node: next starts by today's rules for time zones.
    void recompute();
    /// Starts what is due.
    void tick();

private:
    struct Occurrence {
        std::string key;
        int64_t dueAt = 0;
        std::optional<storage::StoredFile> file;  // that a change of data brought
    };

    struct PredecessorEnd {
        std::optional<std::string> note;
    };

    void startTimed(const storage::ScheduleRow& schedule);
    void startAfter(const storage::ScheduleRow& schedule);
    std::optional<PredecessorEnd> endOfPredecessor(const storage::ScheduleRow& schedule,
                                                   const ScheduleSettings& settings);
    void startOnChange(const storage::ScheduleRow& schedule);
    void begin(const storage::ScheduleRow& schedule, const ScheduleSettings& settings,
               const Occurrence& occurrence);
    void store(const storage::ScheduleRow& schedule, const Occurrence& occurrence,
               storage::JobRow& job, const std::optional<core::Error>& failed);
    core::Result<storage::JobRow> prepare(const storage::ScheduleRow& schedule,
                                          const ScheduleSettings& settings,
                                          const std::optional<storage::StoredFile>& file);
    static core::Status checkPriority(const Principal& principal, const ScheduleSettings& settings);
    core::Status fillStart(storage::ScheduleRow& row, const ScheduleSettings& settings);
    core::Status findPredecessor(storage::ScheduleRow& row);
    core::Result<storage::ScheduleRow> findOpen(const Principal& principal, const std::string& id);
    core::Result<std::vector<ComingStart>> comingOf(storage::ScheduleKind kind,
                                                    const std::string& startsAt,
                                                    const HoursSettings& hours, size_t count);
    void see(storage::ScheduleRow& row, const std::string& dataSet);
    void failed(const storage::ScheduleRow& schedule, const core::Error& error);

    std::mutex m_turns;  // of tick() and edit(): neither writes over what the other did
    storage::Connection& m_control;
    const core::Clock& m_clock;
    const PrepareJob m_prepare;
    const std::function<void()> m_started;
    storage::ScheduleRepository m_rows;
    storage::JobRepository m_jobs;
    storage::FileRepository m_files;
    storage::UserRepository m_users;
    storage::AuditRepository m_audit;
    std::map<std::string, int64_t> m_logged;  // when a schedule's failure was last logged
};

}  // namespace hearth::app
