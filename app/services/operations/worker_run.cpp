#include "app/services/operations/worker_run.h"

#include <csignal>
#include <thread>

#include "app/services/jobs/worker_process.h"

namespace hearth::app {
namespace {

constexpr std::chrono::milliseconds kLookEvery{20};
// Where a worker cannot stop in the midst of something it is killed: what it wrote is either gone
// on with or removed.
constexpr std::chrono::seconds kGrace{3};

/// Hands a cancellation on, also while the worker says nothing.
void watchCancel(const std::stop_token& stop, const std::atomic<bool>& cancel,
                 WorkerProcess& worker) {
    while (!cancel && !stop.stop_requested())
        std::this_thread::sleep_for(kLookEvery);
    if (stop.stop_requested())
        return;
    worker.cancel();
    const auto end = std::chrono::steady_clock::now() + kGrace;
    while (!stop.stop_requested() && std::chrono::steady_clock::now() < end)
        std::this_thread::sleep_for(kLookEvery);
    if (!stop.stop_requested())
        ::kill(worker.pid(), SIGKILL);
}

core::Status listen(WorkerProcess& worker,
                    const std::function<core::Status(const std::string&)>& hear) {
    while (const auto line = worker.readLine())
        CORE_TRY(hear(*line));
    return {};
}

}  // namespace

core::Result<std::string> runWorker(const std::filesystem::path& program, std::string startLine,
                                    const std::atomic<bool>& cancel,
                                    const std::function<core::Status(const std::string&)>& hear) {
    CORE_ASSIGN(const auto worker, WorkerProcess::start(program, std::move(startLine)));
    core::Status heard;
    {
        // Ends before the worker is waited for: until then its process id is its own.
        const std::jthread watch(
            [&](const std::stop_token& stop) { watchCancel(stop, cancel, *worker); });
        heard = listen(*worker, hear);
    }
    worker->disconnect();
    std::string end = worker->waitForEnd();
    if (!heard)
        return heard.error();
    return end;
}

}  // namespace hearth::app
