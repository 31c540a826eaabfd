// What a job is trained with: what its request says, and what follows from data and model where
// it says "auto".
#pragma once
#include <cstdint>

#include "app/services/jobs/job_request.h"
#include "finetune/jobs/job_spec.h"

namespace hearth::app {

struct JobFacts {
    int64_t examples = 0;
    int64_t bytes = 0;             // of the training file
    int64_t longestLineBytes = 0;  // of its longest example
    int64_t contextLength = 0;
    int64_t hiddenSize = 0;
    uint64_t seed = 0;
};

/// Errors: InvalidArgument with the field as context.
core::Result<finetune::Hyperparameters> hyperparametersOf(const JobRequest& request,
                                                          const JobFacts& facts);

}  // namespace hearth::app
