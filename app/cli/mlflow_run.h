// A job as a run of MLflow: what its REST API is told.
#pragma once
#include <compare>
#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hearth::app {

struct MlflowPoint {
    int64_t step = 0;
    int64_t timeMs = 0;
    double value = 0;

    auto operator<=>(const MlflowPoint&) const = default;
};

struct MlflowRun {
    std::string jobId;
    std::string name;
    std::string status;  // MLflow's: SCHEDULED, RUNNING, FINISHED, FAILED or KILLED
    int64_t startMs = 0;
    std::optional<int64_t> endMs;
    std::map<std::string, std::string> params;
    std::map<std::string, std::string> tags;
    std::map<std::string, std::vector<MlflowPoint>> metrics;  // in the order of their steps
};

/// The tag by which a job's run is found again.
inline constexpr std::string_view kMlflowJobTag = "hearth.job";

/// job: GET /v1/fine_tuning/jobs/{job_id}. record: its record, perhaps empty. series: its curves.
/// Hyperparameters become params, what the run was made from and on becomes tags, curves and
/// results ("result/...") become metrics. Names and texts are made such that MLflow takes them.
MlflowRun mlflowRunOf(const nlohmann::json& job, const nlohmann::json& record,
                      const nlohmann::json& series);

/// Bodies of runs/log-batch within its documented limits.
std::vector<nlohmann::json> mlflowBatches(const std::string& runId, const MlflowRun& run);

/// Letters, digits and "_-. :/" of ASCII, without empty, "." and ".." parts; 250 bytes.
std::string mlflowName(std::string_view text);
/// At most `maxBytes`; of a longer one its beginning, its length and its SHA-256.
std::string mlflowText(const std::string& text, size_t maxBytes);

}  // namespace hearth::app
