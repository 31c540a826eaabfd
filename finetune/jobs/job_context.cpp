#include "finetune/jobs/job_context.h"

#include <chrono>
#include <thread>

namespace hearth::finetune {
namespace {

constexpr std::chrono::milliseconds kPoll(20);

}  // namespace

double JobContext::waitForTurn() const {
    if (!paused || !*paused)
        return 0.0;
    const auto start = std::chrono::steady_clock::now();
    while (*paused && !cancelled())
        std::this_thread::sleep_for(kPoll);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace hearth::finetune
