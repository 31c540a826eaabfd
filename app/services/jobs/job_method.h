// The ways of fine-tuning that the API names, and what each of them needs.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "finetune/jobs/job_spec.h"

namespace hearth::app {

enum class JobMethod : uint8_t { Supervised, Dpo, Reinforcement, Distillation, Pretraining };

struct JobMethodTraits {
    JobMethod method;
    const char* name;     // as OpenAI spells it; distillation and pretraining are ours
    const char* trainer;  // a name of finetune's registry
    finetune::DataKind format;
    const char* file;                  // what a training file must be, for messages
    std::vector<const char*> numbers;  // hyperparameters besides those of every method
};

const JobMethodTraits& traitsOf(JobMethod method);
/// Errors: InvalidArgument naming the known ones.
core::Result<JobMethod> findJobMethod(const std::string& name);

/// Names of OpenAI's hyperparameters that a job of this method has.
std::vector<const char*> hyperparameterNames(JobMethod method);

/// Errors: InvalidArgument with `field` as context where the content is of another method.
core::Status checkDataset(JobMethod method, std::string_view content, const char* field);

}  // namespace hearth::app
