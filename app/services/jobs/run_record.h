// A job's record: what it was made from and on what, before it runs, and what came of it.
//   {"code": {"version", "worker_sha256"}, "method", "hyperparameters": {...}, "seed",
//    "data": {"training": {"file_id", "name", "bytes", "sha256"}, "validation", "evaluation
//    <name>"}, "base": {"model", "sha256"}, "teacher": the same where there is one, "judges": a
//    list of the same where models grade, "machine": {"host", "processor", "cores",
//    "memory_bytes"}, "started_at", "runs", "result": {"steps", "published_step", "stop_reason",
//    "trained_tokens", "seconds",
//               "peak_memory_bytes", "metrics": {...}}}
// `result` is null until a run has trained to its end; `runs` counts workers.
#pragma once
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "finetune/jobs/job_event.h"
#include "storage/file_repository.h"
#include "storage/job_repository.h"
#include "storage/model_repository.h"

namespace hearth::app {

/// A model that a run uses, with its files; none of them: not recorded by this node.
struct RunModel {
    std::string id;
    std::vector<storage::ModelContent> files = {};
};

struct RunSources {
    const storage::JobRow& job;
    std::string method;
    std::vector<std::pair<std::string, storage::StoredFile>> files;  // by role
    std::vector<storage::ModelContent> base;                         // as RunModel::files
    std::optional<RunModel> teacher = {};
    std::vector<RunModel> judges = {};
    std::filesystem::path workerProgram;
    int64_t startedAt = 0;
};

/// runs: that the job had before.
nlohmann::json beginRunRecord(const RunSources& sources, int64_t runs);
void finishRunRecord(nlohmann::json& record, const finetune::FinishedEvent& finished,
                     int64_t peakMemoryBytes);

/// Fields in which records differ, as {"field": "hyperparameters.seed", "values": [...]}, one value
/// for each record, null where it has none. What differs by itself (times, results) is left out.
nlohmann::json recordDifferences(const std::vector<nlohmann::json>& records);

}  // namespace hearth::app
