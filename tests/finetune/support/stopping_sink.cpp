#include "tests/finetune/support/stopping_sink.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

namespace hearth::test {

void StoppingSink::emit(const finetune::JobEvent& event) {
    RecordingSink::emit(event);
    const auto* progress = std::get_if<finetune::ProgressEvent>(&event);
    if (!progress || progress->step != m_step)
        return;
    if (m_cancel)
        *m_cancel = true;
    else
        raise(SIGKILL);
}

void runAndKill(const finetune::JobSpec& spec, int64_t step) {
    const pid_t child = fork();
    if (child == 0) {
        StoppingSink sink(step, nullptr);
        const std::atomic<bool> never{false};
        (void)finetune::runJob(spec, finetune::JobKeys(), sink, never);
        _exit(0);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the job ended before it could be killed";
}

}  // namespace hearth::test
