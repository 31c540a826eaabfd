#include <csignal>
#include <exception>
#include <iostream>

#include "app/cli/command.h"

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    try {
        return hearth::app::runCli(argc, argv);
    } catch (const std::exception& e) {
        std::cerr << "hearth: " << e.what() << '\n';
        return 1;
    }
}
