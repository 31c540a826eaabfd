// What a job needs of the machine, known before anything is loaded.
#pragma once
#include <cstdint>
#include <string>

#include "finetune/jobs/job_spec.h"
#include "finetune/model/memory_plan.h"

namespace hearth::finetune {

/// Bytes.
struct JobPlan {
    MemoryPlan memory;       // of the steps
    int64_t serving = 0;     // of the model that answers: of grpo beside the steps, else after them
    int64_t checkpoint = 0;  // what one is written from
    int64_t result = 0;      // copies that a whole model is written from
    bool answers_in_steps = false;

    /// The most at one time.
    int64_t needed() const;
};

TrainableOptions trainableOptions(const Hyperparameters& settings, TrainedPart part);

/// config: of the base. Errors: those of openBase, planMemory and engine::planCapacity.
core::Result<JobPlan> planJob(const JobSpec& spec, TrainedPart part,
                              const engine::ModelConfig& config);

/// ResourceExhausted unless the plan fits into `available` bytes, with the settings nearest to
/// the job's that would. What the program itself and its data take is left a reserve.
core::Status checkMemory(const JobSpec& spec, TrainedPart part, const engine::ModelConfig& config,
                         const JobPlan& plan, int64_t available);

}  // namespace hearth::finetune
