// hearth-worker: one job in one process, so that a crash or an out-of-memory kill never
// reaches serving.
#pragma once

namespace hearth::app {

/// hearth-worker --fd N          a socket to the daemon: one start line in, events out
/// hearth-worker --spec FILE     a job without a daemon; progress on standard output
/// Exit status: 0 done, 1 failed, 2 wrong usage, 3 stopped (a checkpoint is left).
int workerMain(int argc, char** argv);

}  // namespace hearth::app
