#include "app/cli/mlflow_export.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "core/json.h"

namespace hearth::app {
namespace {

using nlohmann::json;
using Points = std::set<MlflowPoint>;

constexpr const char* kHistoryPage = "5000";

core::Result<std::string> experimentId(MlflowApi& api, const std::string& name) {
    const auto found = api.get("experiments/get-by-name", {{"experiment_name", name}});
    if (!found && found.error().code != core::ErrorCode::NotFound)
        return found.error();
    if (!found) {
        CORE_ASSIGN(const json made, api.post("experiments/create", {{"name", name}}));
        return core::readString(made, "experiment_id", 256);
    }
    const json experiment = found->value("experiment", json::object());
    CORE_ASSIGN(const std::string id, core::readString(experiment, "experiment_id", 256));
    if (experiment.value("lifecycle_stage", "active") == "deleted")
        return core::Error{core::ErrorCode::Conflict,
                           "the experiment is among the MLflow server's deleted ones; restore it "
                           "(mlflow experiments restore --experiment-id " +
                               id + "), or name another one with --experiment",
                           name};
    return id;
}

/// Runs of the job, the newest first.
core::Result<json> runsOf(MlflowApi& api, const std::string& experiment, const std::string& job) {
    const std::string filter = "tags.`" + std::string(kMlflowJobTag) + "` = '" + job + "'";
    CORE_ASSIGN(const json found, api.post("runs/search", {{"experiment_ids", {experiment}},
                                                           {"filter", filter},
                                                           {"run_view_type", "ACTIVE_ONLY"},
                                                           {"order_by", {"start_time DESC"}},
                                                           {"max_results", 100}}));
    return found.value("runs", json::array());
}

core::Result<std::string> idOf(const json& run) {
    return core::readString(run.value("info", json::object()), "run_id", 256);
}

json listOf(const json& run, const char* name) {
    return run.value("data", json::object()).value(name, json::array());
}

core::Result<Points> historyOf(MlflowApi& api, const std::string& runId, const std::string& name) {
    Points points;
    std::map<std::string, std::string> query = {
        {"run_id", runId}, {"metric_key", name}, {"max_results", kHistoryPage}};
    while (true) {
        CORE_ASSIGN(const json page, api.get("metrics/get-history", query));
        for (const json& point : page.value("metrics", json::array()))
            points.insert({point.value("step", int64_t(0)), point.value("timestamp", int64_t(0)),
                           point.value("value", 0.0)});
        query["page_token"] = page.value("next_page_token", "");
        if (query["page_token"].empty())
            return points;
    }
}

/// Whether a param of the server's run differs from the job's.
bool paramsDiffer(const json& stored, const MlflowRun& run) {
    return std::ranges::any_of(listOf(stored, "params"), [&](const json& param) {
        const auto ours = run.params.find(param.value("key", ""));
        return ours != run.params.end() && ours->second != param.value("value", "");
    });
}

/// Takes from `run` what the server's run has. False where that has a point that `run` lacks.
core::Result<bool> removeKnownPoints(MlflowApi& api, const json& stored, const std::string& runId,
                                     MlflowRun& run) {
    for (const json& metric : listOf(stored, "metrics")) {
        const auto ours = run.metrics.find(metric.value("key", ""));
        if (ours == run.metrics.end())
            continue;
        CORE_ASSIGN(const Points known, historyOf(api, runId, ours->first));
        const auto had = std::erase_if(
            ours->second, [&](const MlflowPoint& point) { return known.contains(point); });
        if (had != known.size())
            return false;
    }
    return true;
}

core::Result<std::string> createRun(MlflowApi& api, const std::string& experiment,
                                    const MlflowRun& run) {
    const json tag = {{"key", kMlflowJobTag}, {"value", run.jobId}};
    CORE_ASSIGN(const json made, api.post("runs/create", {{"experiment_id", experiment},
                                                          {"run_name", run.name},
                                                          {"start_time", run.startMs},
                                                          {"tags", json::array({tag})}}));
    return idOf(made.value("run", json::object()));
}

/// Of several runs, which two exports at once may have left, the newest is kept.
core::Result<json> onlyRun(MlflowApi& api, const std::string& experiment, const std::string& job) {
    CORE_ASSIGN(const json runs, runsOf(api, experiment, job));
    for (size_t i = 1; i < runs.size(); ++i) {
        CORE_ASSIGN(const std::string surplus, idOf(runs[i]));
        CORE_TRY(api.post("runs/delete", {{"run_id", surplus}}));
    }
    return runs.empty() ? json() : runs.front();
}

core::Status sendRun(MlflowApi& api, const std::string& id, const MlflowRun& run, bool rename) {
    for (const json& batch : mlflowBatches(id, run))
        CORE_TRY(api.post("runs/log-batch", batch));
    json state = {{"run_id", id}, {"status", run.status}};
    if (run.endMs)
        state["end_time"] = *run.endMs;
    if (rename)
        state["run_name"] = run.name;
    CORE_TRY(api.post("runs/update", state));
    return {};
}

}  // namespace

core::Result<MlflowExport> exportToMlflow(MlflowApi& api, const std::string& experiment,
                                          const MlflowRun& run) {
    MlflowExport result;
    CORE_ASSIGN(result.experimentId, experimentId(api, experiment));
    CORE_ASSIGN(const json stored, onlyRun(api, result.experimentId, run.jobId));
    MlflowRun rest = run;
    bool fits = false, rename = false;
    if (!stored.is_null()) {
        CORE_ASSIGN(result.runId, idOf(stored));
        CORE_ASSIGN(fits, removeKnownPoints(api, stored, result.runId, rest));
        fits = fits && !paramsDiffer(stored, run);
        if (!fits)
            CORE_TRY(api.post("runs/delete", {{"run_id", result.runId}}));
        // A job without a model yet is called by its id; another name is somebody's choice.
        rename = stored["info"].value("run_name", "") == run.jobId;
    }
    result.outcome = stored.is_null() ? "created" : fits ? "updated" : "replaced";
    if (!fits) {
        rest = run;
        CORE_ASSIGN(result.runId, createRun(api, result.experimentId, run));
    }
    for (const auto& [name, points] : rest.metrics)
        result.sentPoints += int64_t(points.size());
    CORE_TRY(sendRun(api, result.runId, rest, fits && rename));
    return result;
}

}  // namespace hearth::app
