// A hearth-worker process and the daemon's end of its socket.
#pragma once
#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "core/result.h"
#include "core/unique_fd.h"

namespace hearth::app {

/// cancel() and pause() may come from other threads, one at a time; everything else from one.
class WorkerProcess {
public:
    /// Starts the program and sends its start line, which holds keys and is wiped.
    /// Errors: Internal when the program cannot be started.
    static core::Result<std::unique_ptr<WorkerProcess>> start(const std::filesystem::path& program,
                                                              std::string startLine);
    /// Closes the socket, which tells the worker to stop with a checkpoint, and waits for it.
    ~WorkerProcess();
    WorkerProcess(const WorkerProcess&) = delete;
    WorkerProcess& operator=(const WorkerProcess&) = delete;

    pid_t pid() const { return m_pid; }

    /// The next event's line; empty at the end of the stream.
    std::optional<std::string> readLine();
    /// Asks the worker to stop after its step, with a checkpoint.
    void cancel();
    /// Has training wait before its next pass over a batch, or go on.
    void pause(bool paused);
    /// Ends the stream for both sides; readLine then returns empty.
    void disconnect();
    /// How it ended, in words, e.g. "exit status 1", "signal 9". Waits for the process.
    std::string waitForEnd();
    /// Most memory it held at once. REQUIRES: waitForEnd() was called.
    int64_t peakMemoryBytes() const { return m_peakMemoryBytes; }

private:
    WorkerProcess(core::UniqueFd socket, pid_t pid) : m_socket(std::move(socket)), m_pid(pid) {}
    bool send(std::string_view text);

    core::UniqueFd m_socket;
    pid_t m_pid;
    bool m_reaped = false;
    int64_t m_peakMemoryBytes = 0;
    std::string m_end;
    std::string m_buffer;
};

}  // namespace hearth::app
