#include "app/services/jobs/job_service.h"

#include "app/services/accounts/scope_of.h"
#include "app/services/jobs/job_event_recorder.h"
#include "core/crypto/key_wrap.h"
#include "core/crypto/sha256.h"
#include "core/file.h"
#include "core/log.h"

namespace hearth::app {
namespace {

using storage::JobRow;
using storage::JobStatus;
using storage::Scope;

core::Error notFound(const std::string& id) {
    return {core::ErrorCode::NotFound, "there is no fine-tuning job '" + id + "'", "job_id"};
}

}  // namespace

JobService::JobService(storage::DataDirectory& data, ModelService& models, ModelLibrary& library,
                       OperationService& operations, const core::Clock& clock,
                       JobServiceOptions options)
    : m_data(data),
      m_models(models),
      m_library(library),
      m_operations(operations),
      m_clock(clock),
      m_options(std::move(options)),
      m_jobs(data.control()),
      m_runs(data.control()),
      m_files(data.control()),
      m_modelRows(data.control()),
      m_metrics(data.metrics()),
      m_records(data.control()),
      m_modelKeys(data),
      m_pauseRule(m_options.objective) {
    const auto master = core::loadMasterKey(data.paths().masterKey()).valueOrThrow();
    m_jobMaster = core::SecureBytes::copyOf(
        core::hmacSha256(master, core::asBytes("hearth fine-tuning jobs")));
}

JobService::~JobService() {
    {
        std::lock_guard lock(m_mutex);
        m_stopping = true;
        m_stopPublishing = true;
        for (const auto& [id, worker] : m_workers)
            worker->disconnect();
    }
    m_wake.notify_all();
    for (auto& thread : m_calendar)
        thread.join();
}

void JobService::start() {
    for (const JobRow& job : m_jobs.withStatus(JobStatus::Running)) {
        core::logInfo("a job goes on that ran when the node stopped", {{"job", job.id}});
        m_jobs.requeue(job.id).orThrow();
    }
    m_runs.closeOpen();
    removeEndedFolders();
    for (int64_t i = 0; i < m_options.runningJobs; ++i)
        m_calendar.emplace_back([this] { calendar(); });
}

// ---- What the API asks ----

core::Result<JobRow> JobService::create(const Principal& owner, const JobRequest& request) {
    CORE_ASSIGN(JobRow job, prepare(owner, request));
    CORE_TRY(m_jobs.create(job));
    JobEventRecorder(job, m_jobs, m_metrics, m_clock)
        .message("info", "Created, waiting for its turn");
    m_wake.notify_one();
    return job;
}

core::Result<JobRow> JobService::find(const Principal& principal, const std::string& id) {
    auto job = m_jobs.find(scopeOf(principal), id);
    return job ? std::move(job) : notFound(id);
}

storage::Listed<JobRow> JobService::list(const Principal& principal, const storage::Page& page) {
    return m_jobs.list(scopeOf(principal), page);
}

core::Result<storage::Listed<storage::JobEventRow>> JobService::events(const Principal& principal,
                                                                       const std::string& id,
                                                                       const storage::Page& page) {
    CORE_ASSIGN(const JobRow job, find(principal, id));
    return m_jobs.events(scopeOf(principal), job.id, page);
}

core::Result<storage::Listed<storage::JobCheckpointRow>> JobService::checkpoints(
    const Principal& principal, const std::string& id, const storage::Page& page) {
    CORE_ASSIGN(const JobRow job, find(principal, id));
    return m_jobs.checkpoints(scopeOf(principal), job.id, page);
}

core::Result<JobRow> JobService::cancel(const Principal& principal, const std::string& id) {
    CORE_ASSIGN(JobRow job, find(principal, id));
    if (storage::isFinal(job.status))
        return core::Error{
            core::ErrorCode::Conflict,
            std::string("the job has ended already: ") + storage::jobStatusName(job.status),
            "job_id"};
    CORE_TRY(m_jobs.requestCancel(scopeOf(principal), id));
    // One that waits ends here; one that was started in this moment sees the request itself.
    if (m_jobs.setStatus(id, JobStatus::Queued, JobStatus::Cancelled, m_clock.unixSeconds())) {
        JobEventRecorder(job, m_jobs, m_metrics, m_clock).message("info", "Cancelled");
        removeFolder(id);
    }
    std::lock_guard lock(m_mutex);
    if (const auto worker = m_workers.find(id); worker != m_workers.end())
        worker->second->cancel();
    return find(principal, id);
}

std::vector<EvaluationOutcome> JobService::evaluations(const JobRow& job) {
    std::vector<EvaluationOutcome> outcomes;
    const auto request = parseJobRequest(job.spec);
    if (!request)
        return outcomes;
    const auto value = [&](const char* number, const char* phase,
                           const std::string& name) -> std::optional<double> {
        const auto samples =
            m_metrics.samples(Scope::everything(), job.id, evaluationSeries(number, phase, name));
        return samples.empty() ? std::optional<double>() : samples.back().value;
    };
    for (const auto& e : request->evaluations)
        outcomes.push_back({.name = e.name,
                            .before = value("accuracy", "before", e.name),
                            .after = value("accuracy", "after", e.name),
                            .normBefore = value("accuracy_norm", "before", e.name),
                            .normAfter = value("accuracy_norm", "after", e.name),
                            .questions = int64_t(value("accuracy", "n", e.name).value_or(0))});
    return outcomes;
}

core::Result<storage::CurvePage> JobService::curves(const Principal& principal,
                                                    const std::string& id, int64_t afterStep,
                                                    int64_t limit) {
    CORE_ASSIGN(const JobRow job, find(principal, id));
    return m_metrics.curves(Scope::everything(), job.id, afterStep, limit);
}

std::optional<storage::JobEventRow> JobService::progress(const JobRow& job) {
    return job.status == JobStatus::Running ? m_jobs.lastMetrics(job.id)
                                            : std::optional<storage::JobEventRow>();
}

std::vector<pid_t> JobService::workers() const {
    std::lock_guard lock(m_mutex);
    std::vector<pid_t> pids;
    for (const auto& [id, worker] : m_workers)
        pids.push_back(worker->pid());
    return pids;
}

int64_t JobService::running() const {
    std::lock_guard lock(m_mutex);
    return int64_t(m_workers.size());
}

// ---- What a job leaves on disk, and its end ----

std::filesystem::path JobService::folderOf(const std::string& jobId) const {
    return m_data.paths().jobs() / jobId;
}

void JobService::removeFolder(const std::string& jobId) const {
    std::error_code ignored;  // the next start tries again
    std::filesystem::remove_all(folderOf(jobId), ignored);
}

bool JobService::cancelRequested(const std::string& id) {
    const auto job = m_jobs.find(Scope::everything(), id);
    return job && job->cancelRequested;
}

bool JobService::stopping() const {
    std::lock_guard lock(m_mutex);
    return m_stopping;
}

}  // namespace hearth::app
