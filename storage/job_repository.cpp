#include "storage/job_repository.h"

#include "storage/sqlite/list_query.h"

namespace hearth::storage {
namespace {

constexpr const char* kColumns =
    "id, owner_id, department_id, status, model_id, training_file, validation_file, "
    "fine_tuned_model, spec, metadata, seed, trained_tokens, error_code, error_message, "
    "error_param, cancel_requested, worker_pid, resume_count, created_at, started_at, "
    "finished_at, estimated_finish, settings, schedule_id, calendar, priority, not_before, "
    "retries, planned_tokens";

constexpr JobStatus kAllStatuses[] = {JobStatus::ValidatingFiles, JobStatus::Queued,
                                      JobStatus::Running,         JobStatus::Succeeded,
                                      JobStatus::Failed,          JobStatus::Cancelled};

JobStatus statusFrom(const std::string& name) {
    for (const JobStatus status : kAllStatuses) {
        if (name == jobStatusName(status))
            return status;
    }
    throw core::Exception({core::ErrorCode::DataCorrupt, "unknown job status", name});
}

JobRow readJob(const Statement& row) {
    JobRow job;
    job.id = row.text(0);
    job.owner = {row.text(1), row.text(2)};
    job.status = statusFrom(row.text(3));
    job.modelId = row.text(4);
    job.trainingFile = row.text(5);
    job.validationFile = row.optionalText(6);
    job.fineTunedModel = row.optionalText(7);
    job.spec = row.text(8);
    job.metadata = row.text(9);
    job.seed = row.integer(10);
    job.trainedTokens = row.integer(11);
    if (!row.isNull(12))
        job.failure = JobFailure{row.text(12), row.text(13), row.optionalText(14)};
    job.cancelRequested = row.boolean(15);
    job.workerPid = row.optionalInteger(16);
    job.resumeCount = row.integer(17);
    job.createdAt = row.integer(18);
    job.startedAt = row.optionalInteger(19);
    job.finishedAt = row.optionalInteger(20);
    job.estimatedFinish = row.optionalInteger(21);
    job.settings = row.text(22);
    job.scheduleId = row.optionalText(23);
    job.calendar = row.text(24);
    job.priority = row.integer(25);
    job.notBefore = row.integer(26);
    job.retries = row.text(27);
    job.plannedTokens = row.integer(28);
    return job;
}

JobEventRow readEvent(const Statement& row) {
    JobEventRow event;
    event.id = row.text(0);
    event.seq = row.integer(1);
    event.level = row.text(2);
    event.type = row.text(3);
    event.message = row.text(4);
    event.data = row.text(5);
    event.createdAt = row.integer(6);
    return event;
}

JobCheckpointRow readCheckpoint(const Statement& row) {
    JobCheckpointRow checkpoint;
    checkpoint.id = row.text(0);
    checkpoint.step = row.integer(1);
    checkpoint.modelId = row.text(2);
    checkpoint.metrics = row.text(3);
    checkpoint.createdAt = row.integer(4);
    return checkpoint;
}

}  // namespace

const char* jobStatusName(JobStatus status) {
    switch (status) {
        case JobStatus::ValidatingFiles:
            return "validating_files";
        case JobStatus::Queued:
            return "queued";
        case JobStatus::Running:
            return "running";
        case JobStatus::Succeeded:
            return "succeeded";
        case JobStatus::Failed:
            return "failed";
        case JobStatus::Cancelled:
            break;
    }
    return "cancelled";
}

bool isFinal(JobStatus status) {
    return status == JobStatus::Succeeded || status == JobStatus::Failed ||
           status == JobStatus::Cancelled;
}

core::Status JobRepository::create(const JobRow& job) {
    return insertRow(m_database, "job",
                     "INSERT INTO jobs(id, owner_id, department_id, status, model_id, "
                     "training_file, validation_file, spec, metadata, seed, created_at, settings, "
                     "schedule_id, calendar, priority, planned_tokens) "
                     "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, "
                     "?16)",
                     job.id, job.owner.userId, job.owner.departmentId, jobStatusName(job.status),
                     job.modelId, job.trainingFile, job.validationFile, job.spec, job.metadata,
                     job.seed, job.createdAt, job.settings, job.scheduleId, job.calendar,
                     job.priority, job.plannedTokens);
}

core::Result<JobRow> JobRepository::find(const Scope& scope, const std::string& id) {
    auto query = m_database.prepare(
        "SELECT " + std::string(kColumns) + " FROM jobs WHERE " + kInScope + " AND id = ?3",
        scope.seesEverything(), scope.departmentId(), id);
    if (!query.step())
        return notFound("fine-tuning job", id);
    return readJob(query);
}

Listed<JobRow> JobRepository::list(const Scope& scope, const Page& page) {
    return listPage<JobRow>(m_database, {.columns = kColumns, .table = "jobs"}, scope, page,
                            readJob);
}

std::vector<JobRow> JobRepository::withStatus(JobStatus status) {
    std::vector<JobRow> jobs;
    auto query = m_database.prepare(
        "SELECT " + std::string(kColumns) + " FROM jobs WHERE status = ?1 ORDER BY seq",
        jobStatusName(status));
    while (query.step())
        jobs.push_back(readJob(query));
    return jobs;
}

std::vector<JobRow> JobRepository::queuedOrRunning() {
    std::vector<JobRow> jobs;
    auto query =
        m_database.prepare("SELECT " + std::string(kColumns) +
                           " FROM jobs WHERE status IN ('queued', 'running') ORDER BY seq");
    while (query.step())
        jobs.push_back(readJob(query));
    return jobs;
}

std::vector<JobRow> JobRepository::usingFile(const Scope& scope, const std::string& fileId) {
    std::vector<JobRow> jobs;
    auto query =
        m_database.prepare("SELECT " + std::string(kColumns) + " FROM jobs WHERE " + kInScope +
                               " AND (training_file = ?3 OR validation_file = ?3) "
                               "ORDER BY seq",
                           scope.seesEverything(), scope.departmentId(), fileId);
    while (query.step())
        jobs.push_back(readJob(query));
    return jobs;
}

std::vector<std::string> JobRepository::filesOfJobs(const Scope& scope) {
    std::vector<std::string> ids;
    auto query =
        m_database.prepare("SELECT training_file FROM jobs WHERE " + std::string(kInScope) +
                               " UNION SELECT validation_file FROM jobs WHERE " + kInScope +
                               " AND validation_file IS NOT NULL",
                           scope.seesEverything(), scope.departmentId());
    while (query.step())
        ids.push_back(query.text(0));
    return ids;
}

core::Status JobRepository::changeOne(const std::string& id, std::int64_t changes) {
    if (changes == 1)
        return {};
    CORE_TRY(find(Scope::everything(), id));
    return core::Error{core::ErrorCode::Conflict, "the job's status has changed meanwhile", id};
}

core::Status JobRepository::setStatus(const std::string& id, JobStatus from, JobStatus to,
                                      std::int64_t now) {
    Transaction transaction(m_database);
    CORE_TRY(changeOne(
        id,
        m_database.execute("UPDATE jobs SET status = ?3, "
                           "started_at = CASE WHEN ?3 = 'running' THEN coalesce(started_at, ?4) "
                           "ELSE started_at END, "
                           "finished_at = CASE WHEN ?5 THEN ?4 END, "
                           "worker_pid = CASE WHEN ?3 = 'running' THEN worker_pid END "
                           "WHERE id = ?1 AND status = ?2",
                           id, jobStatusName(from), jobStatusName(to), now, isFinal(to))));
    transaction.commit();
    return {};
}

core::Status JobRepository::setFailed(const std::string& id, const JobFailure& failure,
                                      std::int64_t now) {
    Transaction transaction(m_database);
    CORE_TRY(
        changeOne(id, m_database.execute(
                          "UPDATE jobs SET status = 'failed', error_code = ?2, error_message = ?3, "
                          "error_param = ?4, finished_at = ?5, worker_pid = NULL "
                          "WHERE id = ?1 AND status NOT IN ('succeeded', 'failed', 'cancelled')",
                          id, failure.code, failure.message, failure.param, now)));
    transaction.commit();
    return {};
}

core::Status JobRepository::setSucceeded(const std::string& id, const std::string& fineTunedModel,
                                         std::int64_t trainedTokens, std::int64_t now) {
    Transaction transaction(m_database);
    CORE_TRY(changeOne(
        id, m_database.execute("UPDATE jobs SET status = 'succeeded', fine_tuned_model = ?2, "
                               "trained_tokens = ?3, finished_at = ?4, worker_pid = NULL "
                               "WHERE id = ?1 AND status = 'running'",
                               id, fineTunedModel, trainedTokens, now)));
    transaction.commit();
    return {};
}

core::Status JobRepository::requestCancel(const Scope& scope, const std::string& id) {
    Transaction transaction(m_database);
    CORE_ASSIGN(const JobRow job, find(scope, id));
    if (isFinal(job.status))
        return core::Error{core::ErrorCode::Conflict,
                           std::string("the job has ended already: ") + jobStatusName(job.status),
                           id};
    m_database.execute("UPDATE jobs SET cancel_requested = 1 WHERE id = ?1", id);
    transaction.commit();
    return {};
}

core::Status JobRepository::setWorker(const std::string& id, std::optional<std::int64_t> pid) {
    return changeOne(id,
                     m_database.execute("UPDATE jobs SET worker_pid = ?2 WHERE id = ?1", id, pid));
}

core::Status JobRepository::requeue(const std::string& id, std::int64_t notBefore,
                                    const std::optional<std::string>& retries) {
    return changeOne(id, m_database.execute("UPDATE jobs SET status = 'queued', worker_pid = NULL, "
                                            "resume_count = resume_count + 1, not_before = ?2, "
                                            "retries = coalesce(?3, retries) "
                                            "WHERE id = ?1 AND status = 'running'",
                                            id, notBefore, retries));
}

core::Status JobRepository::putBack(const std::string& id) {
    return changeOne(id, m_database.execute("UPDATE jobs SET status = 'queued', worker_pid = NULL "
                                            "WHERE id = ?1 AND status = 'running'",
                                            id));
}

core::Status JobRepository::setProgress(const std::string& id, std::int64_t trainedTokens,
                                        std::optional<std::int64_t> estimatedFinish) {
    return changeOne(id, m_database.execute("UPDATE jobs SET trained_tokens = ?2, "
                                            "estimated_finish = ?3 WHERE id = ?1",
                                            id, trainedTokens, estimatedFinish));
}

core::Status JobRepository::addEvent(const std::string& jobId, const JobEventRow& event) {
    const std::int64_t added = m_database.execute(
        "INSERT INTO job_events(job_id, seq, id, owner_id, department_id, level, type, message, "
        "data, created_at) SELECT id, "
        "(SELECT coalesce(max(seq), 0) + 1 FROM job_events WHERE job_id = ?1), "
        "?2, owner_id, department_id, ?3, ?4, ?5, ?6, ?7 FROM jobs WHERE id = ?1",
        jobId, event.id, event.level, event.type, event.message, event.data, event.createdAt);
    return added == 1 ? core::Status() : core::Status(notFound("fine-tuning job", jobId));
}

core::Result<Listed<JobEventRow>> JobRepository::events(const Scope& scope,
                                                        const std::string& jobId,
                                                        const Page& page) {
    CORE_TRY(find(scope, jobId));
    return listPage<JobEventRow>(m_database,
                                 {.columns = "id, seq, level, type, message, data, created_at",
                                  .table = "(SELECT * FROM job_events WHERE job_id = ?5)"},
                                 scope, page, readEvent, jobId);
}

std::optional<JobEventRow> JobRepository::lastMetrics(const std::string& jobId) {
    auto query = m_database.prepare(
        "SELECT id, seq, level, type, message, data, created_at FROM job_events "
        "WHERE job_id = ?1 AND type = 'metrics' ORDER BY seq DESC LIMIT 1",
        jobId);
    if (!query.step())
        return {};
    return readEvent(query);
}

std::optional<JobEventRow> JobRepository::lastWarning(const std::string& jobId) {
    auto query = m_database.prepare(
        "SELECT id, seq, level, type, message, data, created_at FROM job_events "
        "WHERE job_id = ?1 AND level = 'warn' ORDER BY seq DESC LIMIT 1",
        jobId);
    if (!query.step())
        return {};
    return readEvent(query);
}

core::Status JobRepository::addCheckpoint(const std::string& jobId,
                                          const JobCheckpointRow& checkpoint) {
    const std::int64_t added = m_database.execute(
        "INSERT OR REPLACE INTO job_checkpoints(id, job_id, owner_id, department_id, step, "
        "model_id, metrics, created_at) "
        "SELECT ?2, id, owner_id, department_id, ?3, ?4, ?5, ?6 FROM jobs WHERE id = ?1",
        jobId, checkpoint.id, checkpoint.step, checkpoint.modelId, checkpoint.metrics,
        checkpoint.createdAt);
    return added == 1 ? core::Status() : core::Status(notFound("fine-tuning job", jobId));
}

core::Result<Listed<JobCheckpointRow>> JobRepository::checkpoints(const Scope& scope,
                                                                  const std::string& jobId,
                                                                  const Page& page) {
    CORE_TRY(find(scope, jobId));
    return listPage<JobCheckpointRow>(m_database,
                                      {.columns = "id, step, model_id, metrics, created_at",
                                       .table = "job_checkpoints",
                                       .where = "job_id = ?5"},
                                      scope, page, readCheckpoint, jobId);
}

}  // namespace hearth::storage
