#include "app/services/jobs/run_record.h"

#include <algorithm>
#include <set>

#include "app/services/machine/machine.h"
#include "core/crypto/sha256.h"
#include "core/json.h"

namespace hearth::app {
namespace {

using nlohmann::json;

// Everything else is what a run is made of.
constexpr std::string_view kOutcomes[] = {"/result", "/started_at", "/runs"};

json stored(const std::string& text) {
    auto parsed = core::parseJson(text, "a stored object");
    return parsed ? std::move(*parsed) : json::object();
}

json fileJson(const storage::StoredFile& file) {
    return {{"file_id", file.id},
            {"name", file.filename},
            {"bytes", file.bytes},
            {"sha256", file.sha256}};
}

/// One hash over a model's files; null when theirs are not known.
json filesHash(std::vector<storage::ModelContent> contents) {
    if (contents.empty())
        return {};
    std::ranges::sort(contents, {}, &storage::ModelContent::name);
    core::Sha256 hash;
    for (const auto& content : contents)
        hash.update(content.name + " " + content.sha256 + "\n");
    return hash.finishHex();
}

json modelJson(const std::string& id, const std::vector<storage::ModelContent>& files) {
    return {{"model", id}, {"sha256", filesHash(files)}};
}

json machineJson() {
    const ProcessorFacts processor = processorFacts();
    return {{"host", hostName()},
            {"processor", processor.name},
            {"cores", processor.cores},
            {"memory_bytes", memoryFacts().totalBytes}};
}

bool isOutcome(const std::string& pointer) {
    return std::ranges::any_of(kOutcomes,
                               [&](std::string_view name) { return pointer.starts_with(name); });
}

/// "hyperparameters.lora.r" of "/hyperparameters/lora/r".
std::string fieldName(std::string pointer) {
    pointer.erase(0, 1);
    std::ranges::replace(pointer, '/', '.');
    return pointer;
}

}  // namespace

json beginRunRecord(const RunSources& sources, int64_t runs) {
    json data = json::object();
    for (const auto& [role, file] : sources.files)
        data[role] = fileJson(file);
    const auto worker = core::sha256HexOfFile(sources.workerProgram);
    json record = {
        {"code", {{"version", HEARTH_VERSION}, {"worker_sha256", worker ? json(*worker) : json()}}},
        {"method", sources.method},
        {"hyperparameters", stored(sources.job.settings)},
        {"seed", sources.job.seed},
        {"data", std::move(data)},
        {"base", modelJson(sources.job.modelId, sources.base)},
        {"machine", machineJson()},
        {"started_at", sources.startedAt},
        {"runs", runs + 1},
        {"result", nullptr}};
    if (sources.teacher)
        record["teacher"] = modelJson(sources.teacher->id, sources.teacher->files);
    for (const RunModel& judge : sources.judges)
        record["judges"].push_back(modelJson(judge.id, judge.files));
    return record;
}

void finishRunRecord(json& record, const finetune::FinishedEvent& finished,
                     int64_t peakMemoryBytes) {
    json metrics = json::object();
    for (const auto& [name, value] : finished.metrics)
        metrics[name] = value;
    record["result"] = {{"steps", finished.steps},
                        {"published_step", finished.published_step},
                        {"stop_reason", finished.stop_reason},
                        {"trained_tokens", finished.trained_tokens},
                        {"seconds", finished.seconds},
                        {"peak_memory_bytes", peakMemoryBytes},
                        {"metrics", std::move(metrics)}};
}

json recordDifferences(const std::vector<json>& records) {
    std::vector<json> flat;
    std::set<std::string> pointers;
    for (const json& record : records) {
        flat.push_back(record.flatten());
        for (const auto& item : flat.back().items())
            pointers.insert(item.key());
    }
    json differences = json::array();
    for (const std::string& pointer : pointers) {
        json values = json::array();
        for (const json& record : flat)
            values.push_back(record.value(pointer, json()));
        const bool same =
            std::ranges::all_of(values, [&](const json& value) { return value == values.front(); });
        if (!same && !isOutcome(pointer))
            differences.push_back({{"field", fieldName(pointer)}, {"values", std::move(values)}});
    }
    return differences;
}

}  // namespace hearth::app
