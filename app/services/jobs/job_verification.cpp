// The part of JobService that has jobs probed and verified, and keeps what a succeeded one can be
// verified by.
#include <algorithm>

#include "app/services/jobs/job_event_recorder.h"
#include "app/services/jobs/job_service.h"
#include "core/file.h"

namespace hearth::app {
namespace {

using storage::JobRow;
using storage::JobStatus;
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

core::Result<Verification> JobService::verify(const Principal& principal, const std::string& id,
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
    CORE_ASSIGN(std::string line, startLine(job, options));
    return m_verifier.start(id, std::move(line), [this, job](const finetune::JobEvent& event) {
        JobEventRecorder(job, m_jobs, m_metrics, m_clock).record(event);
    });
}

core::Result<Verification> JobService::verification(const Principal& principal,
                                                    const std::string& id) {
    CORE_ASSIGN(const JobRow job, find(principal, id));
    auto last = m_verifier.find(job.id);
    if (!last)
        return core::Error{core::ErrorCode::NotFound,
                           "the job was not verified since the node started; POST starts it",
                           "job_id"};
    return std::move(*last);
}

core::Result<finetune::ProbedEvent> JobService::probe(const Principal& owner,
                                                      const JobRequest& request, int64_t steps) {
    CORE_ASSIGN(const JobRow job, prepare(owner, request));
    CORE_ASSIGN(std::string line, startLine(job, ProbeOptions{steps}));
    return m_prober.run(std::move(line));
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
