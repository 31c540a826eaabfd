#include "app/worker/worker_main.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <cstdio>

#include "app/worker/console_sink.h"
#include "app/worker/import_model.h"
#include "app/worker/worker_channel.h"
#include "core/file.h"
#include "finetune/jobs/run_job.h"

namespace hearth::app {

namespace {

enum ExitStatus { kDone = 0, kFailed = 1, kWrongUsage = 2, kStopped = 3 };

// Signal handlers may touch nothing else.
std::atomic<bool> g_cancel{false};
static_assert(std::atomic<bool>::is_always_lock_free);

void stopOnSignals() {
    struct sigaction action {};
    action.sa_handler = [](int) { g_cancel = true; };
    sigaction(SIGTERM, &action, nullptr);
    sigaction(SIGINT, &action, nullptr);
}

/// Serving goes first: for the processor, and when memory runs out.
void yieldToServing() {
    setpriority(PRIO_PROCESS, 0, 10);
    if (std::FILE* file = std::fopen("/proc/self/oom_score_adj", "w")) {
        std::fputs("500", file);
        std::fclose(file);
    }
}

int exitStatus(const core::Status& status) {
    if (status)
        return kDone;
    return status.error().code == core::ErrorCode::Cancelled ? kStopped : kFailed;
}

int runForDaemon(int fd) {
    // A core dump would put private data and keys on the disk.
    prctl(PR_SET_DUMPABLE, 0);
    yieldToServing();
    WorkerChannel channel(core::UniqueFd(fd), g_cancel);
    const auto start = channel.receiveStart();
    if (!start) {
        channel.emit(
            finetune::FailedEvent{core::errorCodeName(start.error().code), start.error().text()});
        return kFailed;
    }
    const auto send = [&](const std::string& line) { channel.send(line); };
    if (start->import)
        return exitStatus(runImportWork(
            [&](const ImportReport& report) { return importModel(*start->import, report); }, send,
            g_cancel));
    if (start->seal)
        return exitStatus(runImportWork(
            [&](const ImportReport& report) {
                return sealModel(*start->seal, start->keys, report);
            },
            send, g_cancel));
    if (const auto* verify = std::get_if<finetune::ReplayOptions>(&start->task))
        return exitStatus(
            finetune::verifyJob(start->spec, start->keys, channel, g_cancel, *verify));
    if (const auto* probe = std::get_if<ProbeOptions>(&start->task))
        return exitStatus(
            finetune::probeJob(start->spec, start->keys, channel, g_cancel, probe->steps));
    return exitStatus(
        finetune::runJob(start->spec, start->keys, channel, g_cancel, &channel.paused()));
}

/// Fails on a difference, so that scripts see it.
int verifySpec(const finetune::JobSpec& spec, ConsoleSink& sink,
               const finetune::ReplayOptions& options) {
    const auto status = finetune::verifyJob(spec, finetune::JobKeys(), sink, g_cancel, options);
    return status && !sink.verifiedEqual() ? kFailed : exitStatus(status);
}

int runSpecFile(const std::string& file, bool json, const WorkerTask& task) {
    const auto text = core::readTextFile(file);
    const auto spec =
        text ? finetune::parseJobSpec(*text) : core::Result<finetune::JobSpec>(text.error());
    if (!spec) {
        std::fprintf(stderr, "hearth-worker: %s: %s\n", file.c_str(), spec.error().text().c_str());
        return kFailed;
    }
    ConsoleSink sink(json);
    if (const auto* verify = std::get_if<finetune::ReplayOptions>(&task))
        return verifySpec(*spec, sink, *verify);
    if (const auto* probe = std::get_if<ProbeOptions>(&task))
        return exitStatus(
            finetune::probeJob(*spec, finetune::JobKeys(), sink, g_cancel, probe->steps));
    return exitStatus(finetune::runJob(*spec, finetune::JobKeys(), sink, g_cancel));
}

}  // namespace

int workerMain(int argc, char** argv) {
    CLI::App app(
        "Runs one Hearth job: training a tokenizer, pre-training, fine-tuning, importing a model.",
        "hearth-worker");
    int fd = -1;
    std::string file;
    bool json = false;
    auto* fdOption = app.add_option("--fd", fd, "socket to the daemon, inherited from it");
    auto* specOption = app.add_option("--spec", file, "job specification, a JSON file");
    app.add_flag("--json", json, "with --spec: print events as JSON lines")->needs(specOption);
    finetune::ReplayOptions replay;
    auto* verifyOption =
        app.add_option("--verify", replay.steps,
                       "with --spec: train so many recorded steps again and compare every bit; the "
                       "job's checkpoints must be left (keep_checkpoints)")
            ->needs(specOption)
            ->check(CLI::PositiveNumber);
    app.add_option("--from", replay.from, "with --verify: step of the checkpoint; 0: the beginning")
        ->needs(verifyOption);
    ProbeOptions probe;
    auto* probeOption =
        app.add_option("--probe", probe.steps,
                       "with --spec: plan the job's memory and train its first steps, 3 unless "
                       "said otherwise; nothing of them is kept")
            ->needs(specOption)
            ->excludes(verifyOption)
            ->expected(0, 1)
            ->check(CLI::PositiveNumber);
    fdOption->excludes(specOption);
    app.require_option(1, 0);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? kDone : kWrongUsage;
    }
    stopOnSignals();
    if (fdOption->count() > 0)
        return runForDaemon(fd);
    if (verifyOption->count() > 0)
        return runSpecFile(file, json, replay);
    if (probeOption->count() > 0)
        return runSpecFile(file, json, probe);
    return runSpecFile(file, json, {});
}

}  // namespace hearth::app
