#include "app/daemon/daemon.h"

int main(int argc, char** argv) {
    return hearth::app::daemonMain(argc, argv);
}
