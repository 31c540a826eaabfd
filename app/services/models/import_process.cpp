#include "app/services/models/import_process.h"

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

/// The last thing that the worker says, if it comes to that.
core::Result<std::optional<ImportEvent>> listen(
    WorkerProcess& worker, const std::function<void(const ImportEvent&)>& progress) {
    while (const auto line = worker.readLine()) {
        CORE_ASSIGN(ImportEvent event, parseImportEvent(*line));
        if (event.stage.empty())
            return std::optional(std::move(event));
        progress(event);
    }
    return std::optional<ImportEvent>();
}

}  // namespace

core::Result<std::vector<storage::ModelContent>> importInWorker(
    const std::filesystem::path& program, std::string startLine, const std::atomic<bool>& cancel,
    const std::function<void(const ImportEvent&)>& progress) {
    CORE_ASSIGN(const auto worker, WorkerProcess::start(program, std::move(startLine)));
    core::Result<std::optional<ImportEvent>> last = std::optional<ImportEvent>();
    {
        // Ends before the worker is waited for: until then its process id is its own.
        const std::jthread watch(
            [&](const std::stop_token& stop) { watchCancel(stop, cancel, *worker); });
        last = listen(*worker, progress);
    }
    worker->disconnect();
    const std::string end = worker->waitForEnd();
    if (!last)
        return last.error();
    if (*last && (*last)->error)
        return *(*last)->error;
    if (*last)
        return (*last)->files;
    if (cancel)
        return core::Error{core::ErrorCode::Cancelled, "the import was cancelled", ""};
    return core::Error{core::ErrorCode::Internal,
                       "the process that imported the model ended early, by " + end +
                           (end == "signal 9" ? ": the machine may lack the memory" : ""),
                       "hearth-worker"};
}

}  // namespace hearth::app
