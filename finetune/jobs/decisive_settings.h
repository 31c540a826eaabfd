// What a job's bits follow from, of its settings.
#pragma once
#include <string>

#include "finetune/jobs/job_spec.h"

namespace hearth::finetune {

/// The same text for jobs whose steps have the same bits on the same data; part of the fingerprint
/// of checkpoints. Settings that came later are left out where they say what was done before, so
/// that jobs of earlier versions go on. REQUIRES: training_precision is not Auto.
std::string decisiveSettings(const JobSpec& spec);

}  // namespace hearth::finetune
