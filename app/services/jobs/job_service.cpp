#include "app/services/jobs/job_service.h"

#include "app/services/accounts/scope_of.h"
#include "app/services/jobs/job_event_recorder.h"
#include "core/crypto/key_wrap.h"
#include "core/crypto/random.h"
#include "core/crypto/sha256.h"
#include "core/file.h"
#include "core/log.h"
#include "finetune/data/gate/data_report.h"
#include "finetune/model/trainable_model.h"

namespace hearth::app {
namespace {

using storage::JobRow;
using storage::JobStatus;
using storage::Scope;

constexpr int64_t kMaxCurvePoints = 1'000'000;

core::Error invalid(const char* field, const std::string& message) {
    return {core::ErrorCode::InvalidArgument, message, field};
}

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

core::Result<JobRow> JobService::prepare(const Principal& owner, const JobRequest& request) {
    CORE_ASSIGN(const ServingTarget target, m_models.find(request.model, owner));
    if (target.adapter)
        return invalid("model", "'" + request.model + "' is an adapter; fine-tune its base '" +
                                    target.info.base + "'");
    if (const auto tunable = finetune::checkTunable(target.model->config()); !tunable)
        return invalid("model", tunable.error().message);
    if (request.full)
        CORE_TRY(checkFull(scopeOf(owner), request));
    const auto training = m_files.find(scopeOf(owner), request.trainingFile);
    if (!training || training->purpose != "fine-tune")
        return invalid("training_file",
                       "there is no file '" + request.trainingFile + "' of purpose fine-tune");
    if (request.validationFile && !m_files.find(scopeOf(owner), *request.validationFile))
        return invalid("validation_file", "there is no file '" + *request.validationFile + "'");
    if (!request.teacher.empty()) {
        const auto teacher = m_models.find(request.teacher, owner);
        if (!teacher)
            return core::Error{teacher.error().code, teacher.error().message, "teacher"};
        if (teacher->adapter)
            return invalid("teacher", "'" + request.teacher +
                                          "' is an adapter, and only whole models teach; merge it "
                                          "into its base (hearth model merge)");
    }
    for (const std::string& judge : request.judges()) {
        const auto found = m_models.find(judge, owner);
        if (!found)
            return core::Error{found.error().code, found.error().message, "grader"};
        if (found->adapter)
            return invalid("grader", "'" + judge + "' is an adapter, and only whole models judge");
        CORE_ASSIGN(const auto row, m_modelRows.find(scopeOf(owner), judge));
        if (!row.wrappedKey.empty() && judge != request.model)
            return invalid("grader", "'" + judge +
                                         "' is encrypted, and a worker has the key of its base "
                                         "alone; let the base or an imported model judge");
    }
    for (const auto& e : request.evaluations) {
        const auto file = m_files.find(scopeOf(owner), e.fileId);
        if (!file || file->purpose != "evals")
            return invalid("evaluations", "there is no file '" + e.fileId + "' of purpose evals");
    }
    const int64_t now = m_clock.unixSeconds();
    JobRow job{.id = core::randomId("ftjob-"),
               .owner = ownerOf(owner),
               .status = JobStatus::Queued,
               .modelId = request.model,
               .trainingFile = request.trainingFile,
               .validationFile = request.validationFile,
               .spec = writeJobRequest(request),
               .metadata = request.metadata,
               .seed = request.seed.value_or(now % INT32_MAX),
               .createdAt = now};
    // Refuses wrong hyperparameters now, not in the night.
    CORE_ASSIGN(const auto spec, specOf(job, request));
    CORE_ASSIGN(const auto data, contentOf(job, request.trainingFile));
    const auto trainable = finetune::checkTrainable(
        core::asText(data), traitsOf(request.method).format, target.model->chat(),
        {.max_seq_len = spec.hyperparameters.max_seq_len,
         .truncate = spec.hyperparameters.truncate});
    if (!trainable) {
        core::Error error = trainable.error();
        error.context = "training_file";
        return error;
    }
    if (request.validationFile) {
        CORE_ASSIGN(const auto content, contentOf(job, *request.validationFile));
        CORE_TRY(checkDataset(request.method, core::asText(content), "validation_file"));
    }
    job.settings = finetune::writeHyperparameters(spec.hyperparameters);
    job.plannedTokens = plannedTokens(spec.hyperparameters, training->bytes);
    return job;
}

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

core::Result<std::vector<storage::Sample>> JobService::curves(const Principal& principal,
                                                              const std::string& id,
                                                              int64_t afterStep) {
    CORE_ASSIGN(const JobRow job, find(principal, id));
    return m_metrics.samples(Scope::everything(), job.id, "", afterStep, kMaxCurvePoints);
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
