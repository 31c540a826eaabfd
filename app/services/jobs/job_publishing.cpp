// From a worker's result to a model that is served.
#include <nlohmann/json.hpp>

#include "app/services/jobs/job_event_recorder.h"
#include "app/services/jobs/job_service.h"
#include "core/file.h"
#include "core/json.h"
#include "engine/models/adapter_files.h"
#include "engine/models/source_reference.h"

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
    CORE_ASSIGN(const JobRequest request, parseJobRequest(job.spec));
    const std::string name = tunedModelName(job.modelId, request.suffix, job.id);
    bool served = true;
    if (request.full) {
        CORE_TRY(publishModel(job, request, name));
    } else {
        CORE_ASSIGN(served, publishAdapter(job, name));
    }
    const int64_t tokens =
        recorder.finished() ? recorder.finished()->trained_tokens : job.trainedTokens;
    CORE_TRY(m_jobs.setSucceeded(job.id, name, tokens, m_clock.unixSeconds()));
    recorder.message("info",
                     served ? "Serving " + name : name + " will be served when its base is loaded");
    removeEndedFolders();
    return {};
}

/// True when it is served, false when it waits on the disk for its base, whose loading serves it.
core::Result<bool> JobService::publishAdapter(const JobRow& job, const std::string& name) {
    const auto result = folderOf(job.id) / "result";
    CORE_ASSIGN(const auto config, core::readTextFile(result / engine::kAdapterConfig));
    CORE_ASSIGN(auto weights, core::readSealed(result / engine::kAdapterWeights, keyOf(job.id)));
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
            {{engine::kAdapterConfig, configBlob}, {engine::kAdapterWeights, weightsBlob}}));
    }
    CORE_ASSIGN(const auto source, engine::parseSafetensors(std::move(weights), name));
    const auto served = m_models.serveAdapter({.id = name,
                                               .base = job.modelId,
                                               .ownerId = job.owner.userId,
                                               .departmentId = job.owner.departmentId,
                                               .encrypted = true,
                                               .created = m_clock.unixSeconds()},
                                              config, *source);
    const bool waits = !served && served.error().code == core::ErrorCode::NotFound;
    if (!served && !waits && served.error().code != core::ErrorCode::AlreadyExists)
        return served.error();
    return !waits;
}

/// Under a key of its own, which goes with the model; the job's could be derived again.
core::Status JobService::publishModel(const JobRow& job, const JobRequest& request,
                                      const std::string& name) {
    if (m_modelRows.find(Scope::department(job.owner.departmentId), name))
        return {};
    const auto added =
        m_library.addPrivate({.id = name,
                              .owner = job.owner,
                              .jobId = job.id,
                              .metadata = core::dumpJson({{"derived_from", job.modelId}}),
                              .weights = folderOf(job.id) / "result",
                              .weightsKey = keyOf(job.id),
                              .precision = request.precision},
                             m_stopPublishing, [](const ImportEvent&) {});
    return added ? core::Status() : added.error();
}

/// A node that stops while it publishes does so again at the next start.
void JobService::publishOrFail(const JobRow& job, JobEventRecorder& recorder) {
    const auto published = publish(job, recorder);
    if (!published && !stopping())
        fail(job, recorder, published.error());
}

/// What the worker would find out in the night.
core::Status JobService::checkFull(const Scope& scope, const JobRequest& request) {
    CORE_ASSIGN(const auto model, m_modelRows.find(scope, request.model));
    CORE_ASSIGN(const auto key, m_modelKeys.hold(model));
    const auto source = engine::findSource(m_data.paths().root / model.path.value_or(""));
    if (!source)
        return core::Error{
            core::ErrorCode::InvalidArgument,
            "every weight of this model cannot be trained: " + source.error().message, "model"};
    return {};
}

}  // namespace hearth::app
