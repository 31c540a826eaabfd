// Sequence-level distillation: what a teacher says to prompts, as far as a grader finds it right,
// is what the student is tuned on.
#pragma once
#include "core/result.h"
#include "finetune/jobs/job_context.h"

namespace hearth::finetune {

/// Has the model of teacher_directory answer every prompt of the inputs policy.group_size times, at
/// temperature 1, keeps the distill.keep best different answers of each that are worth at least
/// distill.min_reward to policy.grader, and returns the supervised job on them. What the teacher
/// said lies beside the checkpoints, sealed as they are: a job that goes on does not ask again.
/// Answers depend on the seed, the teacher and the prompt alone.
/// Errors: InvalidArgument: a setting, or no answer is kept; of reading and loading; Cancelled.
core::Result<JobSpec> teach(const JobContext& context);

}  // namespace hearth::finetune
