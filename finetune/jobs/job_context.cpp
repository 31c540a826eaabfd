#include "finetune/jobs/job_context.h"

#include <chrono>
#include <thread>

namespace hearth::finetune {
namespace {

constexpr std::chrono::milliseconds kPoll(20);

}  // namespace

void JobContext::waitForTurn() const {
    if (!paused || !*paused)
        return;
    const auto start = std::chrono::steady_clock::now();
    while (*paused && !cancelled())
        std::this_thread::sleep_for(kPoll);
    paused_seconds +=
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace hearth::finetune
