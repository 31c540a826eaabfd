// hearthd: one node in one process.
#pragma once

namespace hearth::app {

/// hearthd --data DIR. Stops on SIGTERM, SIGINT or a request to the API.
/// Exit status: 0 stopped, 1 could not start, 2 wrong usage.
int daemonMain(int argc, char** argv);

}  // namespace hearth::app
