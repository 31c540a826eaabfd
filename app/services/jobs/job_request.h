// The body of POST /v1/fine_tuning/jobs, and what becomes of it.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/services/jobs/job_method.h"
#include "core/result.h"

namespace hearth::app {

struct EvaluationFile {
    std::string name;
    std::string fileId;
};

/// OpenAI's fields, and two of our own: `evaluations` [{name, file_id}], questions asked before
/// and after; `hearth`, an object of finetune::Hyperparameters by their names, for what OpenAI's
/// numbers cannot say, and of `full` and `precision`.
struct JobRequest {
    std::string model;
    std::string trainingFile;
    std::optional<std::string> validationFile;
    std::string suffix;
    JobMethod method = JobMethod::Supervised;
    std::vector<EvaluationFile> evaluations;
    std::string metadata = "{}";
    // Absent: "auto".
    std::optional<int64_t> epochs;
    std::optional<int64_t> batchSize;  // examples
    std::optional<double> learningRateMultiplier;
    std::optional<double> beta;               // of dpo
    std::string grader;                       // of reinforcement and distillation: a JSON object
    std::string teacher;                      // of distillation: the model that answers
    std::optional<int64_t> evalInterval;      // steps; of reinforcement, as what follows
    std::optional<int64_t> evalSamples;       // prompts of the validation file
    std::optional<double> computeMultiplier;  // of the answers to a prompt
    std::optional<int64_t> seed;
    bool full = false;      // train every weight, and publish a private model instead of an adapter
    std::string precision;  // of that model; empty: as it was trained, in BF16
    std::string hearth = "{}";

    /// Models that the grader names.
    std::vector<std::string> judges() const;
};

/// Errors: InvalidArgument with the field as context; Unsupported methods are named.
core::Result<JobRequest> parseJobRequest(std::string_view body);

/// The same as JSON, for the job's row; parseJobRequest reads it back.
std::string writeJobRequest(const JobRequest& request);

}  // namespace hearth::app
