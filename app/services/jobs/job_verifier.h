// Verifications of jobs: recorded steps trained again by a worker, one at a time.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "app/services/jobs/worker_process.h"
#include "core/clock.h"
#include "core/result.h"
#include "finetune/jobs/job_event.h"

namespace hearth::app {

struct Verification {
    std::string jobId;
    const char* status = "running";  // running, equal, different, failed
    std::string message;             // once it has ended
    std::optional<finetune::VerifiedEvent> result;
    int64_t startedAt = 0;
    std::optional<int64_t> finishedAt;
};

/// Threading: every method may be called from any thread.
class JobVerifier {
public:
    /// The clock outlives the verifier.
    JobVerifier(std::filesystem::path workerProgram, const core::Clock& clock);
    /// Stops a worker that runs.
    ~JobVerifier();

    /// startLine holds keys and is wiped. `record` gets the outcome, from another thread, before
    /// find() says it. Errors: Conflict while another one runs; Internal when no worker starts.
    core::Result<Verification> start(const std::string& jobId, std::string startLine,
                                     std::function<void(const finetune::JobEvent&)> record);
    /// A job's last one since the node started.
    std::optional<Verification> find(const std::string& jobId) const;

private:
    void follow(const std::string& jobId, WorkerProcess& worker,
                const std::function<void(const finetune::JobEvent&)>& record);
    void finish(Verification& verification, const std::optional<finetune::JobEvent>& last,
                const std::string& end) const;

    const std::filesystem::path m_program;
    const core::Clock& m_clock;

    mutable std::mutex m_mutex;  // guards what follows
    std::map<std::string, Verification> m_last;
    std::unique_ptr<WorkerProcess> m_worker;  // while one runs
    bool m_running = false;
    std::thread m_thread;
};

}  // namespace hearth::app
