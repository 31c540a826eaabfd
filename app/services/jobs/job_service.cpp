#include "app/services/jobs/job_service.h"

#include "app/services/accounts/scope_of.h"
#include "app/services/jobs/job_event_recorder.h"
#include "app/worker/worker_channel.h"
#include "core/crypto/key_wrap.h"
#include "core/crypto/random.h"
#include "core/crypto/sha256.h"
#include "core/file.h"
#include "core/log.h"
#include "core/strings.h"
#include "finetune/data/preference_dataset.h"
#include "finetune/model/trainable_model.h"

namespace hearth::app {
namespace {

using storage::JobRow;
using storage::JobStatus;
using storage::Scope;

constexpr const char* kJobKey = "job";
constexpr int64_t kMaxCurvePoints = 1'000'000;

core::Error invalid(const char* field, const std::string& message) {
    return {core::ErrorCode::InvalidArgument, message, field};
}

int64_t longestLine(std::string_view text) {
    size_t longest = 0;
    for (const std::string_view line : core::split(text, '\n'))
        longest = std::max(longest, line.size());
    return int64_t(longest);
}

/// Chats for one method, pairs of answers for the other.
core::Status checkKind(JobMethod method, std::string_view content, const char* field) {
    const bool wanted = method == JobMethod::Dpo;
    if (finetune::isPreferenceDataset(content) == wanted)
        return {};
    return invalid(field, std::string("method ") + jobMethodName(method) + " needs a file of " +
                              (wanted ? "preferences: lines with \"input\", "
                                        "\"preferred_output\" and \"non_preferred_output\""
                                      : "chats: lines with \"messages\""));
}

core::Error notFound(const std::string& id) {
    return {core::ErrorCode::NotFound, "there is no fine-tuning job '" + id + "'", "job_id"};
}

}  // namespace

std::string tunedModelName(const std::string& base, const std::string& suffix,
                           const std::string& jobId) {
    constexpr size_t kIdLength = 8;
    const std::string id =
        jobId.size() > kIdLength ? jobId.substr(jobId.size() - kIdLength) : jobId;
    return "ft:" + base + (suffix.empty() ? "" : ":" + suffix) + ":" + id;
}

JobService::JobService(storage::DataDirectory& data, ModelService& models, const core::Clock& clock,
                       JobServiceOptions options)
    : m_data(data),
      m_models(models),
      m_clock(clock),
      m_options(std::move(options)),
      m_jobs(data.control()),
      m_runs(data.control()),
      m_files(data.control()),
      m_modelRows(data.control()),
      m_metrics(data.metrics()),
      m_verifier(m_options.workerProgram, clock) {
    const auto master = core::loadMasterKey(data.paths().masterKey()).valueOrThrow();
    m_jobMaster = core::SecureBytes::copyOf(
        core::hmacSha256(master, core::asBytes("hearth fine-tuning jobs")));
}

JobService::~JobService() {
    {
        std::lock_guard lock(m_mutex);
        m_stopping = true;
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
    const auto training = m_files.find(scopeOf(owner), request.trainingFile);
    if (!training || training->purpose != "fine-tune")
        return invalid("training_file",
                       "there is no file '" + request.trainingFile + "' of purpose fine-tune");
    if (request.validationFile && !m_files.find(scopeOf(owner), *request.validationFile))
        return invalid("validation_file", "there is no file '" + *request.validationFile + "'");
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
    if (request.validationFile) {
        CORE_ASSIGN(const auto content, contentOf(job, *request.validationFile));
        CORE_TRY(checkKind(request.method, core::asText(content), "validation_file"));
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
    const auto value = [&](const std::string& name, const char* phase) -> std::optional<double> {
        const auto samples =
            m_metrics.samples(Scope::everything(), job.id, accuracySeries(name, phase));
        return samples.empty() ? std::optional<double>() : samples.back().value;
    };
    for (const auto& e : request->evaluations)
        outcomes.push_back({e.name, value(e.name, "before"), value(e.name, "after"),
                            int64_t(value(e.name, "n").value_or(0))});
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

// ---- A job's specification and its result ----

std::filesystem::path JobService::folderOf(const std::string& jobId) const {
    return m_data.paths().jobs() / jobId;
}

void JobService::removeFolder(const std::string& jobId) const {
    std::error_code ignored;  // the next start tries again
    std::filesystem::remove_all(folderOf(jobId), ignored);
}

/// The key of a job's checkpoints and result. Derived, so that a restarted node has it again.
core::SecureBytes JobService::keyOf(const std::string& jobId) const {
    return core::SecureBytes::copyOf(core::hmacSha256(m_jobMaster, core::asBytes(jobId)));
}

core::Result<finetune::JobSpec> JobService::specOf(const JobRow& job, const JobRequest& request) {
    const Scope scope = Scope::department(job.owner.departmentId);
    CORE_ASSIGN(const auto model, m_modelRows.find(scope, job.modelId));
    CORE_ASSIGN(const auto training, m_files.find(scope, job.trainingFile));
    CORE_ASSIGN(const auto content, contentOf(job, job.trainingFile));
    CORE_TRY(checkKind(request.method, core::asText(content), "training_file"));
    finetune::JobSpec spec;
    spec.job_id = job.id;
    spec.method = request.method == JobMethod::Dpo ? "dpo" : "sft";
    spec.model_directory = (m_data.paths().root / model.path.value_or("")).string();
    CORE_ASSIGN(const auto config, engine::readModelConfig(spec.model_directory));
    CORE_ASSIGN(spec.hyperparameters,
                hyperparametersOf(request, {.examples = training.lineCount,
                                            .bytes = training.bytes,
                                            .longestLineBytes = longestLine(core::asText(content)),
                                            .contextLength = config.max_position_embeddings,
                                            .hiddenSize = config.hidden_size,
                                            .seed = uint64_t(job.seed)}));
    if (spec.hyperparameters.threads == 0)
        spec.hyperparameters.threads = m_options.threads;
    spec.output_directory = (folderOf(job.id) / "result").string();
    spec.checkpoint_directory = (folderOf(job.id) / "checkpoints").string();
    spec.output_key = kJobKey;
    spec.keep_checkpoints = true;
    return spec;
}

core::Result<std::vector<std::byte>> JobService::contentOf(const JobRow& job,
                                                           const std::string& fileId) {
    const Scope scope = Scope::department(job.owner.departmentId);
    CORE_ASSIGN(const auto file, m_files.find(scope, fileId));
    return m_data.blobs().read(scope, file.blobId);
}

core::Status JobService::addDataset(const JobRow& job, const std::string& fileId,
                                    const std::string& keyName, finetune::DatasetRef& dataset,
                                    std::vector<std::pair<std::string, std::string>>& keys) {
    const Scope scope = Scope::department(job.owner.departmentId);
    CORE_ASSIGN(const auto file, m_files.find(scope, fileId));
    CORE_ASSIGN(const auto blob, m_data.blobs().locate(scope, file.blobId));
    dataset.path = blob.path.string();
    dataset.key = keyName;
    keys.emplace_back(keyName, core::toHex(blob.key.span()));
    return {};
}

core::Result<std::string> JobService::startLine(
    const JobRow& job, const std::optional<finetune::ReplayOptions>& verify) {
    CORE_ASSIGN(const JobRequest request, parseJobRequest(job.spec));
    CORE_ASSIGN(auto spec, specOf(job, request));
    std::vector<std::pair<std::string, std::string>> keys;
    const auto format = request.method == JobMethod::Dpo ? finetune::DatasetFormat::Preference
                                                         : finetune::DatasetFormat::Chat;
    spec.inputs.push_back({.format = format});
    CORE_TRY(addDataset(job, job.trainingFile, "training", spec.inputs.back(), keys));
    if (job.validationFile) {
        finetune::EvaluationSet set{.name = "validation", .data = {.format = format}};
        set.at_intervals = true;
        CORE_TRY(addDataset(job, *job.validationFile, "validation", set.data, keys));
        spec.evaluations.push_back(std::move(set));
    }
    for (size_t i = 0; i < request.evaluations.size(); ++i) {
        finetune::EvaluationSet set{.name = request.evaluations[i].name,
                                    .kind = finetune::EvaluationKind::Questions};
        CORE_TRY(addDataset(job, request.evaluations[i].fileId, "evaluation-" + std::to_string(i),
                            set.data, keys));
        spec.evaluations.push_back(std::move(set));
    }
    keys.emplace_back(kJobKey, core::toHex(keyOf(job.id).span()));
    std::string line = writeStartLine(spec, keys, verify);
    for (auto& [name, hex] : keys)
        core::wipe(std::as_writable_bytes(std::span(hex)));
    return line;
}

/// From the worker's sealed result to a model that is served. The job succeeds last, so that a
/// crash in between repeats the rest.
core::Status JobService::publish(const JobRow& job, JobEventRecorder& recorder) {
    const auto result = folderOf(job.id) / "result";
    CORE_ASSIGN(const auto config, core::readTextFile(result / "adapter_config.json"));
    CORE_ASSIGN(auto weights,
                core::readSealed(result / "adapter_model.safetensors", keyOf(job.id)));
    CORE_ASSIGN(const JobRequest request, parseJobRequest(job.spec));
    const std::string name = tunedModelName(job.modelId, request.suffix, job.id);
    const Scope scope = Scope::department(job.owner.departmentId);
    if (!m_modelRows.find(scope, name)) {
        CORE_ASSIGN(const auto configBlob, m_data.blobs().put(job.owner, core::asBytes(config)));
        CORE_ASSIGN(const auto weightsBlob, m_data.blobs().put(job.owner, weights));
        CORE_TRY(m_modelRows.create(
            {.id = name,
             .owner = job.owner,
             .kind = storage::ModelKind::Adapter,
             .baseModelId = job.modelId,
             .jobId = job.id,
             .createdAt = m_clock.unixSeconds()},
            {{"adapter_config.json", configBlob}, {"adapter_model.safetensors", weightsBlob}}));
    }
    CORE_ASSIGN(const auto source, engine::parseSafetensors(std::move(weights), name));
    const auto served = m_models.serveAdapter({.id = name,
                                               .base = job.modelId,
                                               .ownerId = job.owner.userId,
                                               .departmentId = job.owner.departmentId,
                                               .created = m_clock.unixSeconds()},
                                              config, *source);
    // Without its base it waits on the disk; loading the base serves it.
    const bool waits = !served && served.error().code == core::ErrorCode::NotFound;
    if (!served && !waits && served.error().code != core::ErrorCode::AlreadyExists)
        return served;
    const int64_t tokens =
        recorder.finished() ? recorder.finished()->trained_tokens : job.trainedTokens;
    CORE_TRY(m_jobs.setSucceeded(job.id, name, tokens, m_clock.unixSeconds()));
    recorder.message("info",
                     waits ? name + " will be served when its base is loaded" : "Serving " + name);
    removeEndedFolders();
    return {};
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
