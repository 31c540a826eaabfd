// Probes of jobs that are not created yet: memory planned and a few steps trained by a worker.
#pragma once
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

#include "app/services/jobs/worker_process.h"
#include "core/result.h"
#include "finetune/jobs/job_event.h"

namespace hearth::app {

/// Threading: every method may be called from any thread.
class JobProber {
public:
    explicit JobProber(std::filesystem::path workerProgram) : m_program(std::move(workerProgram)) {}
    /// Stops a probe that runs, and waits until its caller has been told.
    ~JobProber();

    /// startLine holds keys and is wiped. Waits for the probe's end. Errors: Conflict while another
    /// one runs; Internal when no worker starts or it dies; InvalidArgument as the worker says it.
    core::Result<finetune::ProbedEvent> run(std::string startLine);

private:
    const std::filesystem::path m_program;
    std::mutex m_mutex;  // guards what follows
    std::condition_variable m_ended;
    std::unique_ptr<WorkerProcess> m_worker;  // while one runs
};

}  // namespace hearth::app
