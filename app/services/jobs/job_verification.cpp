// The part of JobService that has jobs probed and verified, and keeps what a succeeded one can be
// verified by.
#include <algorithm>

#include "app/services/accounts/scope_of.h"
#include "app/services/jobs/job_event_recorder.h"
#include "app/services/jobs/job_service.h"
#include "app/services/jobs/job_trial.h"
#include "core/file.h"

namespace hearth::app {
namespace {

using storage::JobRow;
using storage::JobStatus;
using storage::OperationKind;
using storage::Scope;

// Of an adapter, checkpoints are three times as large as the adapter; of a whole model, six times
// as large as the model in BF16.
constexpr size_t kVerifiableJobs = 20;
constexpr size_t kVerifiableFullJobs = 2;

bool trainedWhole(const JobRow& job) {
    const auto request = parseJobRequest(job.spec);
    return request && request->full;
}

}  // namespace

core::Result<OperationState> JobService::verify(const Principal& principal, const std::string& id,
                                                const finetune::ReplayOptions& options) {
    CORE_ASSIGN(const JobRow job, find(principal, id));
    if (job.status == JobStatus::Running)
        return core::Error{core::ErrorCode::Conflict,
                           "the job is training; it can be verified when it has ended or waits",
                           "job_id"};
    if (!std::filesystem::exists(folderOf(id) / "checkpoints"))
        return core::Error{core::ErrorCode::NotFound,
                           "the job has no checkpoints; those of the " +
                               std::to_string(kVerifiableJobs) +
                               " jobs that succeeded last are kept, of jobs that trained every "
                               "weight those of " +
                               std::to_string(kVerifiableFullJobs),
                           "job_id"};
    CORE_ASSIGN(auto line, keptLine(job, options));
    return m_operations.begin(
        ownerOf(principal), OperationKind::Verification, id,
        [this, job, line](OperationProgress& progress) -> core::Result<std::string> {
            CORE_ASSIGN(const auto event,
                        tryJob(m_options.workerProgram, std::move(*line), progress));
            JobEventRecorder(job, m_jobs, m_metrics, m_clock).record(event);
            return verificationJson(std::get<finetune::VerifiedEvent>(event));
        });
}

core::Result<OperationState> JobService::verification(const Principal& principal,
                                                      const std::string& id) {
    CORE_ASSIGN(const JobRow job, find(principal, id));
    auto last = m_operations.last(OperationKind::Verification, job.id);
    if (!last)
        return core::Error{core::ErrorCode::NotFound,
                           "the job was not verified yet; POST starts it", "job_id"};
    return std::move(*last);
}

core::Result<OperationState> JobService::probe(const Principal& owner, const JobRequest& request,
                                               int64_t steps) {
    CORE_ASSIGN(const JobRow job, prepare(owner, request));
    CORE_ASSIGN(auto line, keptLine(job, ProbeOptions{steps}));
    return m_operations.begin(
        ownerOf(owner), OperationKind::Probe, request.model,
        [this, line](OperationProgress& progress) -> core::Result<std::string> {
            CORE_ASSIGN(const auto event,
                        tryJob(m_options.workerProgram, std::move(*line), progress));
            return probeJson(std::get<finetune::ProbedEvent>(event));
        });
}

/// Shared, since what an operation does may be copied, and the keys in the line may not.
core::Result<std::shared_ptr<std::string>> JobService::keptLine(const JobRow& job,
                                                                const WorkerTask& task) {
    CORE_ASSIGN(std::string line, startLine(job, task));
    return std::make_shared<std::string>(std::move(line));
}

/// Removes what ended jobs left, but for the checkpoints of those that succeeded last.
void JobService::removeEndedFolders() {
    std::vector<std::string> ids;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(m_data.paths().jobs(), ignored))
        ids.push_back(entry.path().filename().string());
    std::vector<JobRow> succeeded;
    for (const auto& id : ids) {
        auto job = m_jobs.find(Scope::everything(), id);
        if (job && job->status == JobStatus::Succeeded)
            succeeded.push_back(std::move(*job));
        else if (!job || storage::isFinal(job->status))
            removeFolder(id);
    }
    std::ranges::sort(succeeded, std::greater(), [](const JobRow& job) {
        return std::pair(job.finishedAt.value_or(0), job.id);
    });
    size_t kept = 0, keptFull = 0;
    for (const JobRow& job : succeeded) {
        const bool keep =
            trainedWhole(job) ? keptFull++ < kVerifiableFullJobs : kept++ < kVerifiableJobs;
        if (keep)
            std::filesystem::remove_all(folderOf(job.id) / "result", ignored);
        else
            removeFolder(job.id);
    }
}

}  // namespace hearth::app
