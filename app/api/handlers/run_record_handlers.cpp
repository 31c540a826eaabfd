// GET /api/v1/jobs/{job_id}/record and /api/v1/runs/compare: what runs were made of, side by side.
#include <nlohmann/json.hpp>

#include "app/api/handlers/jobs_handlers.h"
#include "app/api/handlers/list_json.h"
#include "app/services/jobs/run_record.h"
#include "core/json.h"
#include "core/strings.h"

namespace hearth::app {
namespace {

using nlohmann::json;

constexpr size_t kMaxPoints = 200;

/// Curves by name, each with at most kMaxPoints points and always its last one.
json curvesJson(const std::vector<storage::Sample>& samples) {
    std::map<std::string, std::vector<const storage::Sample*>> bySeries;
    for (const storage::Sample& sample : samples)
        bySeries[sample.series].push_back(&sample);
    json curves = json::object();
    for (const auto& [name, points] : bySeries) {
        json& curve = curves[name] = {{"steps", json::array()}, {"values", json::array()}};
        const size_t stride = (points.size() + kMaxPoints - 1) / kMaxPoints;
        for (size_t i = (points.size() - 1) % stride; i < points.size(); i += stride) {
            curve["steps"].push_back(points[i]->step);
            curve["values"].push_back(points[i]->value);
        }
    }
    return curves;
}

json runJson(const ComparedRun& run) {
    return {{"job_id", run.job.id},
            {"model", run.job.modelId},
            {"fine_tuned_model", run.job.fineTunedModel ? json(*run.job.fineTunedModel) : json()},
            {"status", storage::jobStatusName(run.job.status)},
            {"record", run.record},
            {"curves", curvesJson(run.curves.samples)},
            {"curves_last_step", orNull(run.curves.moreAfter)}};
}

}  // namespace

Handler jobRecordHandler(JobService& jobs) {
    return [&jobs](const Request& http) -> core::Result<Response> {
        const std::string& id = http.param("job_id");
        CORE_ASSIGN(const json record, jobs.record(http.principal, id));
        return Response::json(
            core::dumpJson({{"object", "hearth.job_record"}, {"job_id", id}, {"record", record}}));
    };
}

Handler compareRunsHandler(JobService& jobs) {
    return [&jobs](const Request& http) -> core::Result<Response> {
        const std::string list = http.head.queryValue("jobs").value_or("");
        std::vector<std::string> ids;
        for (const std::string_view id : core::split(list, ','))
            ids.emplace_back(id);
        CORE_ASSIGN(const auto runs, jobs.compare(http.principal, ids));
        std::vector<json> records;
        json all = json::array();
        for (const ComparedRun& run : runs) {
            records.push_back(run.record);
            all.push_back(runJson(run));
        }
        return Response::json(core::dumpJson({{"object", "hearth.run_comparison"},
                                              {"runs", std::move(all)},
                                              {"differences", recordDifferences(records)}}));
    };
}

}  // namespace hearth::app
