// The body of POST /v1/fine_tuning/jobs, and what becomes of it.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "finetune/jobs/job_spec.h"

namespace hearth::app {

struct EvaluationFile {
    std::string name;
    std::string fileId;
};

/// OpenAI's fields, and two of our own: `evaluations` [{name, file_id}], questions asked before
/// and after; `hearth`, an object of finetune::Hyperparameters by their names, for what OpenAI's
/// three numbers cannot say.
enum class JobMethod : uint8_t { Supervised, Dpo };

/// "supervised", "dpo".
const char* jobMethodName(JobMethod method);

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
    std::optional<double> beta;  // of dpo
    std::optional<int64_t> seed;
    std::string hearth = "{}";
};

/// Errors: InvalidArgument with the field as context; Unsupported methods are named.
core::Result<JobRequest> parseJobRequest(std::string_view body);

/// The same as JSON, for the job's row; parseJobRequest reads it back.
std::string writeJobRequest(const JobRequest& request);

/// What training needs to know of the data and the model to fill in what is "auto".
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
