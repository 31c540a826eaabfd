// The worker's end of the socket to the daemon. Lines of JSON, both ways:
//   in   {"spec": {...}, "keys": {"name": "<64 hexadecimal digits>"}}   once, first
//        {..., "verify": {"steps": 10, "from": 100}}                    train these steps again
//        {..., "probe": {"steps": 3}}                                   plan and time the job
//        {"import": {...}, "directory": "..."}                          or this (import_job.h)
//        {"cancel": true}                                               stop after this step
//        {"pause": true}, {"pause": false}                              wait before the next pass
//   out  job events, or what import_job.h says
// The end of the stream means that the daemon is gone: the job stops as if cancelled, with a
// checkpoint, and a later daemon starts it again.
#pragma once
#include <atomic>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <thread>
#include <variant>

#include "app/worker/import_job.h"
#include "app/worker/seal_job.h"
#include "core/result.h"
#include "core/unique_fd.h"
#include "finetune/jobs/job_event.h"
#include "finetune/jobs/job_keys.h"
#include "finetune/jobs/job_spec.h"
#include "finetune/jobs/replay.h"

namespace hearth::app {

struct ProbeOptions {
    int64_t steps = 3;
};
/// What is done with a job: it is run, verified or probed.
using WorkerTask = std::variant<std::monostate, finetune::ReplayOptions, ProbeOptions>;

struct WorkerStart {
    finetune::JobSpec spec;
    finetune::JobKeys keys;
    WorkerTask task;
    std::optional<ImportJob> import;  // instead of the specification, as is what follows
    std::optional<SealJob> seal;
};

/// The line that starts a worker. It holds the keys: send it over the socket only.
std::string writeStartLine(const finetune::JobSpec& spec,
                           const std::vector<std::pair<std::string, std::string>>& hexKeys,
                           const WorkerTask& task = {});
inline constexpr std::string_view kCancelLine = "{\"cancel\": true}";
inline constexpr std::string_view kPauseLine = "{\"pause\": true}";
inline constexpr std::string_view kGoOnLine = "{\"pause\": false}";

/// {"steps", "from"}, both optional. Errors: InvalidArgument.
core::Result<finetune::ReplayOptions> parseReplayOptions(const nlohmann::json& object);

/// Errors: InvalidArgument. Wipes the line, which holds the keys.
core::Result<WorkerStart> parseStartLine(std::string& line);

class WorkerChannel : public finetune::EventSink {
public:
    /// cancel outlives the channel.
    WorkerChannel(core::UniqueFd socket, std::atomic<bool>& cancel);
    /// Stops listening; the daemon sees the end of the stream.
    ~WorkerChannel() override;

    /// Waits for the start line, then listens for a cancel line on a thread of its own.
    core::Result<WorkerStart> receiveStart();

    /// True while the daemon wants training to wait.
    const std::atomic<bool>& paused() const { return m_paused; }

    void emit(const finetune::JobEvent& event) override;
    /// A line of its own, without its end. From one thread at a time.
    void send(const std::string& line);

private:
    /// The next line; empty optional at the end of the stream.
    std::optional<std::string> readLine();
    void listen();

    core::UniqueFd m_socket;
    std::atomic<bool>& m_cancel;
    std::atomic<bool> m_paused{false};
    std::string m_buffer;  // the listening thread's, once it runs
    std::thread m_listener;
};

}  // namespace hearth::app
