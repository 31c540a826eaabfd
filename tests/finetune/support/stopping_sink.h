// Jobs that end before their time.
#pragma once
#include <atomic>

#include "tests/finetune/support/tiny_world.h"

namespace hearth::test {

/// Sets a flag, or kills the process, when a step is reached.
class StoppingSink : public RecordingSink {
public:
    /// cancel: null to kill.
    StoppingSink(int64_t step, std::atomic<bool>* cancel) : m_step(step), m_cancel(cancel) {}

    void emit(const finetune::JobEvent& event) override;

private:
    int64_t m_step;
    std::atomic<bool>* m_cancel;
};

/// Runs the job in a child that dies by SIGKILL right after this step.
void runAndKill(const finetune::JobSpec& spec, int64_t step);

}  // namespace hearth::test
