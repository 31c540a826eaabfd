#include "app/daemon/daemon.h"

#include <pthread.h>
#include <sys/prctl.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <iostream>
#include <thread>

#include "app/services/node/node.h"
#include "core/log.h"

namespace hearth::app {
namespace {

enum ExitStatus { kStopped = 0, kFailed = 1, kWrongUsage = 2 };

/// Signals that end the node; blocked in every thread and waited for by one.
sigset_t stopSignals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    return set;
}

int run(const std::filesystem::path& dataDirectory) {
    // A core dump would put private data and keys on the disk.
    prctl(PR_SET_DUMPABLE, 0);
    std::signal(SIGPIPE, SIG_IGN);
    const sigset_t signals = stopSignals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);

    const auto self = std::filesystem::read_symlink("/proc/self/exe");
    auto node = Node::start(dataDirectory, {.workerProgram = self.parent_path() / "hearth-worker"});
    if (!node) {
        std::cerr << "hearthd: " << node.error().text() << '\n';
        return kFailed;
    }
    std::thread listener([&signals, &node] {
        int signal = 0;
        sigwait(&signals, &signal);
        (*node)->requestStop();
    });
    (*node)->waitForStop();
    core::logInfo("stopping");
    // Wakes the listener when it was the API that asked.
    pthread_kill(listener.native_handle(), SIGTERM);
    listener.join();
    node->reset();
    core::logInfo("stopped");
    core::flushLog();
    return kStopped;
}

}  // namespace

int daemonMain(int argc, char** argv) {
    CLI::App app("Hearth's node: serves and fine-tunes language models over HTTPS.", "hearthd");
    std::filesystem::path dataDirectory;
    app.add_option("--data", dataDirectory, "data directory, made by `hearth node init`")
        ->envname("HEARTH_DATA")
        ->required();
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        return app.exit(e) == 0 ? kStopped : kWrongUsage;
    }
    try {
        return run(dataDirectory);
    } catch (const std::exception& e) {
        std::cerr << "hearthd: " << e.what() << '\n';
        return kFailed;
    }
}

}  // namespace hearth::app
