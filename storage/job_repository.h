#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "storage/scope.h"

namespace hearth::storage {

class Connection;

enum class JobStatus { ValidatingFiles, Queued, Running, Succeeded, Failed, Cancelled };
const char* jobStatusName(JobStatus status);  // as the API says it
bool isFinal(JobStatus status);

struct JobFailure {
    std::string code;
    std::string message;
    std::optional<std::string> param;
};

/// A fine-tuning job, as in OpenAI's fine_tuning.job.
struct JobRow {
    std::string id;
    Owner owner;
    JobStatus status = JobStatus::ValidatingFiles;
    std::string modelId;
    std::string trainingFile;
    std::optional<std::string> validationFile;
    std::optional<std::string> fineTunedModel;
    std::string spec = "{}";      // JSON: method, hyperparameters, suffix
    std::string settings = "{}";  // JSON: the hyperparameters that it runs with
    std::string metadata = "{}";  // JSON
    std::int64_t seed = 0;
    std::int64_t trainedTokens = 0;
    std::optional<JobFailure> failure;
    bool cancelRequested = false;
    std::optional<std::int64_t> workerPid;
    std::int64_t resumeCount = 0;
    std::int64_t createdAt = 0;
    std::optional<std::int64_t> startedAt;
    std::optional<std::int64_t> finishedAt;
    std::optional<std::int64_t> estimatedFinish;
    std::optional<std::string> scheduleId;  // that started it
    std::string calendar = "{}";            // JSON: when it may run, how often it is tried again
    std::int64_t priority = 0;              // higher goes first
    std::int64_t notBefore = 0;             // it waits until then before another try
    std::string retries = "{}";             // JSON: tries so far, by class of error
    std::int64_t plannedTokens = 0;         // estimated before it ran; 0: not known
};

struct JobEventRow {
    std::string id;
    std::int64_t seq = 0;          // given by addEvent, from 1
    std::string level = "info";    // info, warn, error
    std::string type = "message";  // message, metrics
    std::string message;
    std::string data = "{}";  // JSON
    std::int64_t createdAt = 0;
};

struct JobCheckpointRow {
    std::string id;
    std::int64_t step = 0;
    std::string modelId;         // fine_tuned_model_checkpoint
    std::string metrics = "{}";  // JSON
    std::int64_t createdAt = 0;
};

/// Safe from any thread.
class JobRepository {
public:
    explicit JobRepository(Connection& database) : m_database(database) {}

    core::Status create(const JobRow& job);
    core::Result<JobRow> find(const Scope& scope, const std::string& id);
    Listed<JobRow> list(const Scope& scope, const Page& page);
    /// Oldest first; for the calendar and for resuming after a restart.
    std::vector<JobRow> withStatus(JobStatus status);
    /// Those that wait or run, at one moment, oldest first.
    std::vector<JobRow> queuedOrRunning();

    /// Those that train on the file or validate with it, oldest first.
    std::vector<JobRow> usingFile(const Scope& scope, const std::string& fileId);

    /// Ids of all files that jobs train on or validate with.
    std::vector<std::string> filesOfJobs(const Scope& scope);

    /// Moves the job on. Errors: NotFound; Conflict when its status is not `from` any more, so two
    /// threads cannot both start or finish it.
    core::Status setStatus(const std::string& id, JobStatus from, JobStatus to, std::int64_t now);
    core::Status setFailed(const std::string& id, const JobFailure& failure, std::int64_t now);
    core::Status setSucceeded(const std::string& id, const std::string& fineTunedModel,
                              std::int64_t trainedTokens, std::int64_t now);
    /// Errors: NotFound; Conflict when the job has ended.
    core::Status requestCancel(const Scope& scope, const std::string& id);
    core::Status setWorker(const std::string& id, std::optional<std::int64_t> pid);
    /// Back to queued after its worker was lost; counts it. `retries` empty: as they were.
    core::Status requeue(const std::string& id, std::int64_t notBefore = 0,
                         const std::optional<std::string>& retries = {});
    /// Back to queued, since its window has closed.
    core::Status putBack(const std::string& id);
    core::Status setProgress(const std::string& id, std::int64_t trainedTokens,
                             std::optional<std::int64_t> estimatedFinish);

    core::Status addEvent(const std::string& jobId, const JobEventRow& event);
    /// `page.after` is an event's id.
    core::Result<Listed<JobEventRow>> events(const Scope& scope, const std::string& jobId,
                                             const Page& page);
    /// The newest event of type metrics.
    std::optional<JobEventRow> lastMetrics(const std::string& jobId);
    /// The newest event of level warn.
    std::optional<JobEventRow> lastWarning(const std::string& jobId);
    /// Replaces the one of the same step, which a resumed job writes again.
    core::Status addCheckpoint(const std::string& jobId, const JobCheckpointRow& checkpoint);
    core::Result<Listed<JobCheckpointRow>> checkpoints(const Scope& scope, const std::string& jobId,
                                                       const Page& page);

private:
    core::Status changeOne(const std::string& id, std::int64_t changes);

    Connection& m_database;
};

}  // namespace hearth::storage
