// A worker's events as rows: what GET .../events shows, the curves, and how it ended.
#pragma once
#include <optional>
#include <string>

#include "core/clock.h"
#include "finetune/jobs/job_event.h"
#include "storage/job_repository.h"
#include "storage/metrics_repository.h"

namespace hearth::app {

/// The series of metrics.db that holds a number ("accuracy") of an evaluation of questions.
std::string evaluationSeries(const std::string& number, const char* phase,
                             const std::string& evaluation);

/// Used by one thread.
class JobEventRecorder {
public:
    JobEventRecorder(storage::JobRow job, storage::JobRepository& jobs,
                     storage::MetricsRepository& metrics, const core::Clock& clock)
        : m_job(std::move(job)), m_jobs(jobs), m_metrics(metrics), m_clock(clock) {}

    void record(const finetune::JobEvent& event);
    void message(const std::string& level, const std::string& text);

    /// Set once the worker said how it ended.
    const std::optional<finetune::FinishedEvent>& finished() const { return m_finished; }
    const std::optional<finetune::FailedEvent>& failed() const { return m_failed; }

    /// "f32" or "bf16", what the worker trains with; empty before it has said so.
    const std::string& precision() const { return m_precision; }
    /// Tokens that this run of the job trained, without those before its checkpoint.
    int64_t tokensOfRun() const;

private:
    void on(const finetune::StartedEvent& event);
    void on(const finetune::ProgressEvent& event);
    void on(const finetune::EvaluationEvent& event);
    void on(const finetune::CheckpointEvent& event);
    void on(const finetune::FinishedEvent& event);
    void on(const finetune::FailedEvent& event);
    void on(const finetune::VerifiedEvent& event);
    void on(const finetune::ProbedEvent& event);
    void on(const finetune::LogEvent& event);
    void addEvent(const std::string& level, const std::string& type, const std::string& message,
                  const std::string& data);
    void addSample(const std::string& series, int64_t step, double value);

    const storage::JobRow m_job;
    storage::JobRepository& m_jobs;
    storage::MetricsRepository& m_metrics;
    const core::Clock& m_clock;
    std::optional<finetune::FinishedEvent> m_finished;
    std::optional<finetune::FailedEvent> m_failed;
    int64_t m_resumedStep = 0;
    std::string m_precision;
    std::optional<finetune::ProgressEvent> m_firstProgress;
    int64_t m_tokens = 0;              // over all runs of the job
    finetune::Metrics m_lastProgress;  // what a checkpoint shows
};

}  // namespace hearth::app
