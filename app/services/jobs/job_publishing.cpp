// From a worker's result to a model that is served.
#include "app/services/jobs/job_event_recorder.h"
#include "app/services/jobs/job_service.h"
#include "core/file.h"

namespace hearth::app {

using storage::JobRow;
using storage::Scope;

std::string tunedModelName(const std::string& base, const std::string& suffix,
                           const std::string& jobId) {
    constexpr size_t kIdLength = 8;
    const std::string id =
        jobId.size() > kIdLength ? jobId.substr(jobId.size() - kIdLength) : jobId;
    return "ft:" + base + (suffix.empty() ? "" : ":" + suffix) + ":" + id;
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

}  // namespace hearth::app
