#include "app/services/jobs/worker_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "app/worker/worker_channel.h"
#include "core/crypto/secure_bytes.h"

extern char** environ;  // NOLINT: POSIX asks for this declaration

namespace hearth::app {
namespace {

// The worker's socket; everything above it is closed, so that no listening socket, client's
// connection or database lives on in a worker.
constexpr int kWorkerFd = 3;
constexpr size_t kMaxLineBytes = 16 << 20;

core::Error failed(const std::string& what, int number) {
    return {core::ErrorCode::Internal, what + ": " + std::generic_category().message(number),
            "hearth-worker"};
}

core::Result<pid_t> spawn(const std::filesystem::path& program, int socket) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, socket, kWorkerFd);
    posix_spawn_file_actions_addclosefrom_np(&actions, kWorkerFd + 1);
    const std::string path = program.string();
    char name[] = "hearth-worker";
    char option[] = "--fd";
    std::string fd = std::to_string(kWorkerFd);
    char* argv[] = {name, option, fd.data(), nullptr};
    pid_t pid = -1;
    const int error = posix_spawn(&pid, path.c_str(), &actions, nullptr, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0)
        return failed("cannot start " + path, error);
    return pid;
}

}  // namespace

core::Result<std::unique_ptr<WorkerProcess>> WorkerProcess::start(
    const std::filesystem::path& program, std::string startLine) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return failed("cannot make a socket pair", errno);
    core::UniqueFd ours(pair[0]);
    core::UniqueFd theirs(pair[1]);
    // dup2 onto itself would keep the close-on-exec flag.
    if (theirs.get() == kWorkerFd)
        theirs = core::UniqueFd(fcntl(kWorkerFd, F_DUPFD_CLOEXEC, kWorkerFd + 1));
    CORE_ASSIGN(const pid_t pid, spawn(program, theirs.get()));
    std::unique_ptr<WorkerProcess> worker(new WorkerProcess(std::move(ours), pid));
    startLine += '\n';
    // A worker that dies at once is noticed when its events are read.
    worker->send(startLine);
    core::wipe(std::as_writable_bytes(std::span(startLine)));
    return worker;
}

WorkerProcess::~WorkerProcess() {
    disconnect();
    waitForEnd();
}

bool WorkerProcess::send(std::string_view text) {
    while (!text.empty()) {
        const ssize_t sent = ::send(m_socket.get(), text.data(), text.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return false;
        text.remove_prefix(size_t(sent));
    }
    return true;
}

std::optional<std::string> WorkerProcess::readLine() {
    for (;;) {
        if (const size_t end = m_buffer.find('\n'); end != std::string::npos) {
            std::string line = m_buffer.substr(0, end);
            m_buffer.erase(0, end + 1);
            return line;
        }
        char chunk[4096];
        const ssize_t count = ::read(m_socket.get(), chunk, sizeof chunk);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0 || m_buffer.size() > kMaxLineBytes)
            return {};
        m_buffer.append(chunk, size_t(count));
    }
}

void WorkerProcess::cancel() {
    send(std::string(kCancelLine) + "\n");
}

void WorkerProcess::pause(bool paused) {
    send(std::string(paused ? kPauseLine : kGoOnLine) + "\n");
}

void WorkerProcess::disconnect() {
    ::shutdown(m_socket.get(), SHUT_RDWR);
}

std::string WorkerProcess::waitForEnd() {
    if (m_reaped)
        return m_end;
    int status = 0;
    rusage usage{};
    while (wait4(m_pid, &status, 0, &usage) < 0 && errno == EINTR) {
    }
    m_reaped = true;
    m_peakMemoryBytes = int64_t(usage.ru_maxrss) * 1024;
    m_end = WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status))
                                : "exit status " + std::to_string(WEXITSTATUS(status));
    return m_end;
}

}  // namespace hearth::app
