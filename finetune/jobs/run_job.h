// Runs one job from its specification to its last event, in this process and this thread.
#pragma once
#include <atomic>

#include "core/result.h"
#include "finetune/jobs/job_event.h"
#include "finetune/jobs/job_keys.h"
#include "finetune/jobs/job_spec.h"
#include "finetune/jobs/replay.h"

namespace hearth::finetune {

/// The last event is finished or failed, whatever happens; exceptions end here. Results appear
/// at the output directory whole, or not at all. When `cancel` turns true the job stops after
/// its current step with a checkpoint; the same specification continues from there.
/// While `paused` (null: never) is true training waits before its next pass over a batch.
/// Returns the error that the failed event carries.
core::Status runJob(const JobSpec& spec, const JobKeys& keys, EventSink& sink,
                    const std::atomic<bool>& cancel, const std::atomic<bool>* paused = nullptr);

/// Trains recorded steps of a job again and compares them bit for bit; needs its checkpoints and
/// what it was made from, and changes nothing. The last event is verified or failed. Returns the
/// error that the failed event carries; a difference is none.
core::Status verifyJob(const JobSpec& spec, const JobKeys& keys, EventSink& sink,
                       const std::atomic<bool>& cancel, const ReplayOptions& options);

/// Plans a job's memory and trains its first steps, without leaving anything behind. The last event
/// is probed or failed. Returns the error that the failed event carries.
core::Status probeJob(const JobSpec& spec, const JobKeys& keys, EventSink& sink,
                      const std::atomic<bool>& cancel, int64_t steps);

}  // namespace hearth::finetune
