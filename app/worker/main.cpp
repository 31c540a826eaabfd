#include "app/worker/worker_main.h"

int main(int argc, char** argv) {
    return hearth::app::workerMain(argc, argv);
}
