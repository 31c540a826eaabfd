#include "app/cli/mlflow_run.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/crypto/sha256.h"
#include "core/json.h"
#include "core/strings.h"

namespace hearth::app {
namespace {

using nlohmann::json;

// mlflow.org/docs/latest/api_reference/rest-api.html, "Log Batch" and "Log Param"; the server's
// validation of names has the rest.
constexpr size_t kMetricsOfBatch = 1000;
constexpr size_t kParamsOfBatch = 100;
constexpr size_t kTagsOfBatch = 100;
constexpr size_t kBatchBytes = 900'000;  // of 1 MB, to leave room for the run's id
constexpr size_t kNameBytes = 250;
constexpr size_t kParamBytes = 6000;
constexpr size_t kTagBytes = 5000;

std::string valueText(const json& value) {
    return value.is_string() ? value.get<std::string>() : core::dumpJson(value);
}

/// Visits what is no object below `value` as "a.b.c"; null is left out.
template <typename Visit>
void eachField(const json& value, const std::string& path, const Visit& visit) {
    if (value.is_null())
        return;
    if (!value.is_object())
        return visit(path, value);
    for (const auto& [key, part] : value.items())
        eachField(part, path.empty() ? key : path + "." + key, visit);
}

const json& fieldOf(const json& object, const char* name) {
    static const json none;
    const json* field = object.is_object() ? core::findField(object, name) : nullptr;
    return field ? *field : none;
}

std::string statusOf(const json& job) {
    const std::string status = job.at("status");
    if (status == "succeeded")
        return "FINISHED";
    if (status == "failed")
        return "FAILED";
    if (status == "cancelled")
        return "KILLED";
    return status == "running" ? "RUNNING" : "SCHEDULED";
}

void addTags(MlflowRun& run, const json& job, const json& record) {
    const auto add = [&](const std::string& name, const json& value) {
        run.tags[mlflowName(name)] = mlflowText(valueText(value), kTagBytes);
    };
    add(std::string(kMlflowJobTag), run.jobId);
    add("mlflow.source.type", "JOB");
    add("mlflow.source.name", "hearth");
    eachField(fieldOf(job, "fine_tuned_model"), "hearth.fine_tuned_model", add);
    eachField(fieldOf(fieldOf(job, "error"), "message"), "hearth.error", add);
    for (const char* part : {"code", "base", "data", "machine", "runs"})
        eachField(fieldOf(record, part), "hearth." + std::string(part), add);
    eachField(fieldOf(fieldOf(record, "result"), "stop_reason"), "hearth.stop_reason", add);
}

void addParams(MlflowRun& run, const json& job, const json& record) {
    const auto add = [&](const std::string& name, const json& value) {
        run.params[mlflowName(name)] = mlflowText(valueText(value), kParamBytes);
    };
    // A job that no worker has begun has no record; what it was asked for is known.
    add("model", job.at("model"));
    add("method",
        record.contains("method") ? record["method"] : fieldOf(fieldOf(job, "method"), "type"));
    eachField(fieldOf(record, "hyperparameters"), "", add);
}

void addCurves(MlflowRun& run, const json& series) {
    for (const auto& [name, curve] : series.items()) {
        const json &steps = curve.at("steps"), &times = curve.at("times_ms"),
                   &values = curve.at("values");
        std::vector<MlflowPoint>& points = run.metrics[mlflowName(name)];
        for (size_t i = 0; i < steps.size(); ++i)
            points.push_back(
                {steps[i].get<int64_t>(), times[i].get<int64_t>(), values[i].get<double>()});
    }
}

void addResults(MlflowRun& run, const json& record) {
    const json& result = fieldOf(record, "result");
    if (!result.is_object() || !run.endMs)
        return;
    const auto step = result.value("published_step", int64_t(0));
    const auto add = [&](const std::string& name, const json& value) {
        if (value.is_number())
            run.metrics[mlflowName("result/" + name)] = {{step, *run.endMs, value.get<double>()}};
    };
    for (const auto& [name, value] : result.items())
        eachField(value, name == "metrics" ? "" : name, add);
}

int64_t startOf(const MlflowRun& run, const json& job, const json& record) {
    // A record's start is that of the last worker; an earlier one has left points.
    int64_t start = record.contains("started_at") ? record["started_at"].get<int64_t>() * 1000
                                                  : job.at("created_at").get<int64_t>() * 1000;
    for (const auto& [name, points] : run.metrics)
        for (const MlflowPoint& point : points)
            start = std::min(start, point.timeMs);
    return start;
}

/// Appends entries as batches of at most `count` and kBatchBytes.
void addBatches(std::vector<json>& batches, const std::string& runId, const char* kind,
                size_t count, const std::vector<json>& entries) {
    size_t bytes = 0, held = count;  // so that the first entry opens a batch
    for (const json& entry : entries) {
        const size_t more = core::dumpJson(entry).size() + 1;
        if (held == count || bytes + more > kBatchBytes) {
            batches.push_back({{"run_id", runId}, {kind, json::array()}});
            bytes = held = 0;
        }
        batches.back()[kind].push_back(entry);
        bytes += more;
        ++held;
    }
}

std::vector<json> keyValues(const std::map<std::string, std::string>& values) {
    std::vector<json> entries;
    for (const auto& [key, value] : values)
        entries.push_back({{"key", key}, {"value", value}});
    return entries;
}

bool isAllowed(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_-. :").find(c) != std::string_view::npos;
}

/// The longest beginning of at most `bytes` that ends with a whole character.
std::string_view beginning(std::string_view text, size_t bytes) {
    if (text.size() <= bytes)
        return text;
    while (bytes > 0 && (text[bytes] & 0xC0) == 0x80)
        --bytes;
    return text.substr(0, bytes);
}

}  // namespace

std::string mlflowName(std::string_view text) {
    std::string name;
    for (const std::string_view part : core::split(text, '/')) {
        const bool nothing = part.empty() || part == "." || part == "..";
        std::string plain = nothing ? "_" : std::string(part);
        std::ranges::replace_if(
            plain, [](char c) { return !isAllowed(c); }, '_');
        name += (name.empty() ? "" : "/") + plain;
    }
    if (name == text && name.size() <= kNameBytes)
        return name;
    // Two names must not become one.
    const std::string mark = "-" + core::sha256Hex(text).substr(0, 8);
    return name.substr(0, kNameBytes - mark.size()) + mark;
}

std::string mlflowText(const std::string& text, size_t maxBytes) {
    if (text.size() <= maxBytes)
        return text;
    const std::string mark =
        " ... (" + std::to_string(text.size()) + " bytes, SHA-256 " + core::sha256Hex(text) + ")";
    return std::string(beginning(text, maxBytes - mark.size())) + mark;
}

MlflowRun mlflowRunOf(const json& job, const json& record, const json& series) {
    MlflowRun run;
    run.jobId = job.at("id");
    const json& tuned = fieldOf(job, "fine_tuned_model");
    run.name = tuned.is_string() ? tuned.get<std::string>() : run.jobId;
    run.status = statusOf(job);
    if (const json& end = fieldOf(job, "finished_at"); end.is_number())
        run.endMs = end.get<int64_t>() * 1000;
    addTags(run, job, record);
    addParams(run, job, record);
    addCurves(run, series);
    addResults(run, record);
    run.startMs = startOf(run, job, record);
    return run;
}

std::vector<json> mlflowBatches(const std::string& runId, const MlflowRun& run) {
    std::vector<json> metrics;
    for (const auto& [name, points] : run.metrics)
        for (const MlflowPoint& point : points)
            metrics.push_back({{"key", name},
                               {"value", point.value},
                               {"timestamp", point.timeMs},
                               {"step", point.step}});
    std::vector<json> batches;
    addBatches(batches, runId, "params", kParamsOfBatch, keyValues(run.params));
    addBatches(batches, runId, "tags", kTagsOfBatch, keyValues(run.tags));
    addBatches(batches, runId, "metrics", kMetricsOfBatch, metrics);
    return batches;
}

}  // namespace hearth::app
