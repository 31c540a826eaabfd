// What a training method gets from whoever runs the job.
#pragma once
#include <atomic>
#include <string>

#include "finetune/jobs/job_event.h"
#include "finetune/jobs/job_keys.h"
#include "finetune/jobs/job_spec.h"

namespace hearth::finetune {

/// All of it outlives the method's run.
struct JobContext {
    const JobSpec& spec;
    const JobKeys& keys;
    EventSink& sink;
    const std::atomic<bool>& cancel;
    const std::atomic<bool>* paused = nullptr;  // true: training waits; null: it never does

    mutable double paused_seconds = 0.0;  // that waitForTurn has taken so far

    /// Waits until training may go on, or is to stop. By the job's thread.
    void waitForTurn() const;
    bool cancelled() const { return cancel.load(std::memory_order_relaxed); }
    void info(const std::string& message) const { sink.emit(LogEvent{"info", message}); }
    void warn(const std::string& message) const { sink.emit(LogEvent{"warn", message}); }
};

}  // namespace hearth::finetune
