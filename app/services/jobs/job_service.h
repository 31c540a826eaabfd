// Fine-tuning jobs: accepted, queued, run in workers, published. What a job needs survives a
// restart of the node and the loss of its worker.
#pragma once
#include <condition_variable>
#include <filesystem>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "app/api/principal.h"
#include "app/services/jobs/job_queue.h"
#include "app/services/jobs/job_request.h"
#include "app/services/jobs/pause_rule.h"
#include "app/services/jobs/retry_policy.h"
#include "app/services/jobs/worker_process.h"
#include "app/services/models/model_keys.h"
#include "app/services/models/model_library.h"
#include "app/services/operations/operation_service.h"
#include "app/services/serving/model_service.h"
#include "app/worker/worker_channel.h"
#include "core/clock.h"
#include "core/result.h"
#include "finetune/jobs/replay.h"
#include "storage/data_directory.h"
#include "storage/file_repository.h"
#include "storage/job_repository.h"
#include "storage/job_run_repository.h"
#include "storage/metrics_repository.h"
#include "storage/model_repository.h"
#include "storage/run_record_repository.h"

namespace hearth::app {

class JobEventRecorder;

/// What an evaluation measured; absent while it has not run.
struct EvaluationOutcome {
    std::string name;
    std::optional<double> before;  // share of right answers
    std::optional<double> after;
    std::optional<double> normBefore;  // by log-probability a character; of multiple choice
    std::optional<double> normAfter;
    int64_t questions = 0;
};

/// When a job that waits or runs will start and end, as far as that can be known.
struct JobOutlook {
    JobForecast forecast;
    const char* basis = nullptr;          // "progress", "earlier_runs"; null: nothing was measured
    std::optional<int64_t> runnableFrom;  // of one that waits: by its windows and retries
};

/// Of a comparison.
struct ComparedRun {
    storage::JobRow job;
    nlohmann::json record;
    storage::CurvePage curves;
};

struct JobServiceOptions {
    std::filesystem::path workerProgram;
    int64_t runningJobs = 1;
    int64_t threads = 0;  // of a worker; 0: one per core
    ServingObjective objective = {};
};

/// Threading: every method may be called from any thread.
class JobService {
public:
    /// operations is stopped before this ends.
    JobService(storage::DataDirectory& data, ModelService& models, ModelLibrary& library,
               OperationService& operations, const core::Clock& clock, JobServiceOptions options);
    /// Running workers stop with a checkpoint; their jobs go on at the next start.
    ~JobService();

    /// Puts jobs back into the queue that ran when the node stopped, removes what ended ones
    /// left on disk, and starts the calendar.
    void start();

    /// A job's row, checked but not stored. Errors: InvalidArgument (the request), NotFound (model
    /// or files).
    core::Result<storage::JobRow> prepare(const Principal& owner, const JobRequest& request);
    /// Prepares, stores and queues one. Errors: those of prepare.
    core::Result<storage::JobRow> create(const Principal& owner, const JobRequest& request);
    core::Result<storage::JobRow> find(const Principal& principal, const std::string& id);
    storage::Listed<storage::JobRow> list(const Principal& principal, const storage::Page& page);
    core::Result<storage::Listed<storage::JobEventRow>> events(const Principal& principal,
                                                               const std::string& id,
                                                               const storage::Page& page);
    core::Result<storage::Listed<storage::JobCheckpointRow>> checkpoints(const Principal& principal,
                                                                         const std::string& id,
                                                                         const storage::Page& page);
    /// Errors: NotFound; Conflict when the job has ended.
    core::Result<storage::JobRow> cancel(const Principal& principal, const std::string& id);
    std::vector<EvaluationOutcome> evaluations(const storage::JobRow& job);
    static constexpr int64_t kMaxCurvePoints = 1'000'000;
    /// Every curve's points after a step, about `limit` of them. Errors: NotFound.
    core::Result<storage::CurvePage> curves(const Principal& principal, const std::string& id,
                                            int64_t afterStep, int64_t limit = kMaxCurvePoints);
    /// What a running job last reported.
    std::optional<storage::JobEventRow> progress(const storage::JobRow& job);
    /// Of every job that waits or runs, by id.
    std::map<std::string, JobOutlook> outlooks();
    /// Stops workers whose window has closed; their jobs go on in the next one.
    void enforceHours();

    /// Lets training pause or go on by how fast answers are now.
    void giveWay(const ServingLatency& latency);

    /// Has recorded steps of a job trained again and compared, in the background. Errors: NotFound
    /// (job, its checkpoints, its files); Conflict while it trains or another job is verified.
    core::Result<OperationState> verify(const Principal& principal, const std::string& id,
                                        const finetune::ReplayOptions& options);
    /// The job's last one. Errors: NotFound.
    core::Result<OperationState> verification(const Principal& principal, const std::string& id);

    /// Plans a job's memory and has its first steps trained in the background, without creating it.
    /// Errors: those of prepare(); Conflict while another probe runs. Of the operation:
    /// InvalidArgument naming settings that would fit.
    core::Result<OperationState> probe(const Principal& owner, const JobRequest& request,
                                       int64_t steps);

    /// What a job was made from and came to (app/services/jobs/run_record.h); empty before it ran.
    /// Errors: NotFound.
    core::Result<nlohmann::json> record(const Principal& principal, const std::string& id);
    /// Of two to eight jobs, in their order. Errors: NotFound; InvalidArgument.
    core::Result<std::vector<ComparedRun>> compare(const Principal& principal,
                                                   const std::vector<std::string>& ids);
    int64_t running() const;
    /// A job was stored: whoever waits for one looks again.
    void wake() { m_wake.notify_all(); }
    std::vector<pid_t> workers() const;

private:
    void calendar();
    std::optional<storage::JobRow> claimNext();
    void run(const storage::JobRow& job);
    core::Result<std::string> startLine(const storage::JobRow& job, const WorkerTask& task = {});
    core::Result<std::shared_ptr<std::string>> keptLine(const storage::JobRow& job,
                                                        const WorkerTask& task);
    core::Result<finetune::JobSpec> specOf(const storage::JobRow& job, const JobRequest& request);
    core::Result<std::vector<std::byte>> contentOf(const storage::JobRow& job,
                                                   const std::string& fileId);
    core::Status addDataset(const storage::JobRow& job, const std::string& fileId,
                            const std::string& keyName, finetune::DatasetRef& dataset,
                            std::vector<std::pair<std::string, std::string>>& keys);
    void follow(const storage::JobRow& job, WorkerProcess& worker, JobEventRecorder& recorder);
    void conclude(const storage::JobRow& job, JobEventRecorder& recorder, const WorkerEnd& end);
    void finishCancelled(const storage::JobRow& job, JobEventRecorder& recorder);
    core::Status publish(const storage::JobRow& job, JobEventRecorder& recorder);
    core::Result<bool> publishAdapter(const storage::JobRow& job, const std::string& name);
    core::Status publishModel(const storage::JobRow& job, const JobRequest& request,
                              const std::string& name);
    void publishOrFail(const storage::JobRow& job, JobEventRecorder& recorder);
    core::Result<ServingTarget> checkBase(const Principal& owner, const JobRequest& request);
    core::Status checkFiles(const storage::Scope& scope, const JobRequest& request);
    core::Status checkTeacher(const Principal& owner, const JobRequest& request);
    core::Status checkJudges(const Principal& owner, const JobRequest& request);
    core::Status checkContents(const storage::JobRow& job, const JobRequest& request,
                               const finetune::Hyperparameters& settings,
                               const engine::ChatFormat& chat);
    core::Status checkFull(const storage::Scope& scope, const JobRequest& request);
    void beginRecord(const storage::JobRow& job);
    void finishRecord(const storage::JobRow& job, const JobEventRecorder& recorder,
                      int64_t peakMemoryBytes);
    QueueEntry entryOf(const storage::JobRow& job) const;
    bool takeClosing(const std::string& id);
    void waitForWindow(const storage::JobRow& job, JobEventRecorder& recorder);
    void failOrRetry(const storage::JobRow& job, JobEventRecorder& recorder,
                     const ClassedFailure& failure);
    void fail(const storage::JobRow& job, JobEventRecorder& recorder, const core::Error& error);
    bool cancelRequested(const std::string& id);
    bool stopping() const;

    void removeFolder(const std::string& jobId) const;
    void removeEndedFolders();
    std::filesystem::path folderOf(const std::string& jobId) const;
    core::SecureBytes keyOf(const std::string& jobId) const;

    storage::DataDirectory& m_data;
    ModelService& m_models;
    ModelLibrary& m_library;
    OperationService& m_operations;
    const core::Clock& m_clock;
    const JobServiceOptions m_options;
    storage::JobRepository m_jobs;
    storage::JobRunRepository m_runs;
    storage::FileRepository m_files;
    storage::ModelRepository m_modelRows;
    storage::MetricsRepository m_metrics;
    storage::RunRecordRepository m_records;
    ModelKeys m_modelKeys;
    std::atomic<bool> m_stopPublishing = false;
    core::SecureBytes m_jobMaster;  // the jobs' own keys derive from it

    mutable std::mutex m_mutex;  // guards what follows
    std::condition_variable m_wake;
    std::map<std::string, WorkerProcess*> m_workers;  // by job id
    std::set<std::string> m_closing;  // jobs whose worker was stopped at its window's end
    PauseRule m_pauseRule;
    bool m_paused = false;  // what the workers were told last
    bool m_stopping = false;
    std::vector<std::thread> m_calendar;
};

/// "ft:base:suffix:id", the name under which what a job made is served.
std::string tunedModelName(const std::string& base, const std::string& suffix,
                           const std::string& jobId);

}  // namespace hearth::app
