// Which operands a job's large products have: chosen once, when the job starts.
#pragma once
#include "engine/tensor.h"
#include "finetune/jobs/job_spec.h"

namespace hearth::finetune {

/// REQUIRES: for a job that runs, not Auto. Of Auto: F32.
engine::DType operandsOf(TrainingPrecision precision);

/// The job with Auto replaced: by what it was begun with, else by what is chosen here. A job with
/// checkpoints and no record was begun in F32. Errors: DataCorrupt for a record that cannot be
/// read.
core::Result<JobSpec> withChosenPrecision(JobSpec spec);

/// Records the choice beside the job's checkpoints, so that the job goes on with it on any machine.
/// REQUIRES: not Auto. Errors: of writing.
core::Status recordPrecision(const JobSpec& spec);

}  // namespace hearth::finetune
