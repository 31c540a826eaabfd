// The part of JobService that runs jobs: a thread for each job that may run at once, and a worker
// for each job that does.
#include "app/services/jobs/job_event_recorder.h"
#include "app/services/jobs/job_service.h"
#include "app/services/machine/machine.h"
#include "core/file.h"
#include "core/log.h"

namespace hearth::app {
namespace {

using storage::JobRow;
using storage::JobStatus;

const std::string kCancelled = core::errorCodeName(core::ErrorCode::Cancelled);

/// A worker's time and tokens, kept however following it ends.
class RecordedRun {
public:
    RecordedRun(storage::JobRunRepository& runs, const JobRow& job, const core::Clock& clock,
                const JobEventRecorder& recorder)
        : m_runs(runs),
          m_clock(clock),
          m_recorder(recorder),
          m_run(runs.begin(job, clock.unixSeconds())) {}
    ~RecordedRun() {
        try {
            finish("lost");
        } catch (const core::Exception&) {
            // The next start of the node closes it.
        }
    }
    RecordedRun(const RecordedRun&) = delete;
    RecordedRun& operator=(const RecordedRun&) = delete;

    void finish(const std::string& outcome) {
        if (!m_finished)
            m_runs.end(m_run, m_clock.unixSeconds(), m_recorder.tokensOfRun(), outcome);
        m_finished = true;
    }

private:
    storage::JobRunRepository& m_runs;
    const core::Clock& m_clock;
    const JobEventRecorder& m_recorder;
    const int64_t m_run;
    bool m_finished = false;
};

}  // namespace

void JobService::calendar() {
    while (!stopping()) {
        try {
            if (const auto job = claimNext()) {
                run(*job);
                continue;
            }
        } catch (const std::exception& e) {
            core::logError("a job could not be run", {{"reason", e.what()}});
        }
        // The time-out is for what a failure above has left undone.
        std::unique_lock lock(m_mutex);
        if (!m_stopping)
            m_wake.wait_for(lock, std::chrono::seconds(1));
    }
}

void JobService::giveWay(const ServingLatency& latency) {
    std::lock_guard lock(m_mutex);
    const bool pause = m_pauseRule.update(latency);
    if (pause == m_paused)
        return;
    m_paused = pause;
    for (const auto& [id, worker] : m_workers)
        worker->pause(pause);
}

void JobService::run(const JobRow& job) {
    JobEventRecorder recorder(job, m_jobs, m_metrics, m_clock);
    try {
        // A result that lies there already was finished before the node stopped.
        if (std::filesystem::exists(folderOf(job.id) / "result")) {
            return publishOrFail(job, recorder);
        }
        JobCalendar::parse(job.calendar).valueOrThrow();
        core::createDirectories(folderOf(job.id)).orThrow();
        auto line = startLine(job);
        if (!line)
            return fail(job, recorder, line.error());
        auto worker = WorkerProcess::start(m_options.workerProgram, std::move(*line));
        if (!worker)
            return fail(job, recorder, worker.error());
        beginRecord(job);
        const int64_t killsBefore = outOfMemoryKills();
        RecordedRun measured(m_runs, job, m_clock, recorder);
        follow(job, **worker, recorder);
        const std::string end = (*worker)->waitForEnd();
        measured.finish(end);
        finishRecord(job, recorder, (*worker)->peakMemoryBytes());
        recorder.message("info", "The worker held at most " +
                                     std::to_string((*worker)->peakMemoryBytes() / 1'000'000) +
                                     " MB of memory");
        conclude(job, recorder, {end, outOfMemoryKills() > killsBefore});
    } catch (const core::Exception& e) {
        fail(job, recorder, e.error());
    }
}

/// Records events until the worker's end of the socket closes.
void JobService::follow(const JobRow& job, WorkerProcess& worker, JobEventRecorder& recorder) {
    m_jobs.setWorker(job.id, worker.pid()).orThrow();
    {
        std::lock_guard lock(m_mutex);
        m_workers[job.id] = &worker;
        m_closing.erase(job.id);
        if (m_stopping)
            worker.disconnect();
        else if (m_paused)
            worker.pause(true);
    }
    const auto unregister = [&] {
        std::lock_guard lock(m_mutex);
        m_workers.erase(job.id);
    };
    try {
        if (cancelRequested(job.id))
            worker.cancel();
        while (const auto line = worker.readLine())
            recorder.record(finetune::parseJobEvent(*line).valueOrThrow());
    } catch (...) {
        unregister();
        throw;
    }
    unregister();
    m_jobs.setWorker(job.id, {}).orThrow();
}

void JobService::conclude(const JobRow& job, JobEventRecorder& recorder, const WorkerEnd& end) {
    const bool closed = takeClosing(job.id);
    if (recorder.finished()) {
        publishOrFail(job, recorder);
    } else if (stopping()) {
        // Still running in the database: the next start takes it up from its checkpoint.
    } else if (cancelRequested(job.id)) {
        finishCancelled(job, recorder);
    } else if (closed && recorder.failed() && recorder.failed()->code == kCancelled) {
        waitForWindow(job, recorder);
    } else {
        failOrRetry(job, recorder, failureOf(end, recorder.failed()));
    }
}

void JobService::finishCancelled(const JobRow& job, JobEventRecorder& recorder) {
    m_jobs.setStatus(job.id, JobStatus::Running, JobStatus::Cancelled, m_clock.unixSeconds())
        .orThrow();
    recorder.message("info", "Cancelled");
    removeFolder(job.id);
}

void JobService::fail(const JobRow& job, JobEventRecorder& recorder, const core::Error& error) {
    const char* code = core::errorCodeName(error.code);
    failOrRetry(job, recorder,
                {errorClassOf(code), error.context.empty() ? code : error.context, error.message});
}

}  // namespace hearth::app
