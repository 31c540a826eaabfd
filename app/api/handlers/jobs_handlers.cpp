#include "app/api/handlers/jobs_handlers.h"

#include <nlohmann/json.hpp>

#include "app/api/handlers/list_json.h"
#include "app/api/handlers/query.h"
#include "core/json.h"

namespace hearth::app {
namespace {

using nlohmann::json;

constexpr int64_t kDefaultJobs = 20;
constexpr int64_t kDefaultEvents = 20;
constexpr int64_t kDefaultCheckpoints = 10;

/// Stored JSON; what cannot be read any more shows as an empty object.
json stored(const std::string& text) {
    auto parsed = core::parseJson(text, "a stored object");
    return parsed ? std::move(*parsed) : json::object();
}

JobMethod methodOf(const json& request) {
    const auto name = request.value("method", json::object()).value("type", "supervised");
    const auto method = findJobMethod(name);
    return method ? *method : JobMethod::Supervised;
}

json hyperparameters(const json& request) {
    json result = request.value("hyperparameters", json::object());
    for (const char* name : hyperparameterNames(methodOf(request)))
        if (!result.contains(name))
            result[name] = name == std::string_view("reasoning_effort") ? "default" : "auto";
    return result;
}

/// {"type": "dpo", "dpo": {...}}, as OpenAI's clients read it.
json methodJson(const json& request, const json& numbers) {
    const std::string name = traitsOf(methodOf(request)).name;
    json method = request.value("method", json::object());
    method["type"] = name;
    method[name]["hyperparameters"] = numbers;
    return method;
}

/// What the job really runs with.
json hearthJson(const storage::JobRow& job, const json& request) {
    json result = stored(job.settings);
    const json asked = request.value("hearth", json::object());
    for (const char* name : {"full", "precision"})
        if (asked.contains(name))
            result[name] = asked.at(name);
    return result;
}

json outcomeJson(const std::optional<double>& accuracy, const std::optional<double>& norm) {
    json outcome;
    if (accuracy)
        outcome["accuracy"] = *accuracy;
    if (norm)
        outcome["accuracy_norm"] = *norm;
    return outcome;
}

json progressJson(const std::optional<storage::JobEventRow>& event) {
    if (!event)
        return {};
    const json data = stored(event->data);
    return {{"step", data.value("step", 0)},
            {"total_steps", data.value("total", 0)},
            {"tokens_per_s", data.value("tokens_per_s", 0.0)},
            {"eta_s", data.value("eta_s", 0.0)}};
}

json seriesJson(const std::vector<storage::Sample>& samples) {
    json all = json::object();
    for (const auto& sample : samples) {
        json& series = all[sample.series];
        series["steps"].push_back(sample.step);
        series["values"].push_back(sample.value);
        series["times_ms"].push_back(sample.timeMs);
    }
    return all;
}

/// Of a job that waits or runs; null when neither is known.
json forecastJson(const JobOutlook& outlook) {
    if (!outlook.forecast.start && !outlook.forecast.end)
        return {};
    return {{"start", orNull(outlook.forecast.start)},
            {"end", orNull(outlook.forecast.end)},
            {"basis", outlook.basis ? json(outlook.basis) : json()}};
}

using Outlooks = std::map<std::string, JobOutlook>;

json jobObject(JobService& jobs, const storage::JobRow& job, const Outlooks& outlooks) {
    const auto known = outlooks.find(job.id);
    const JobOutlook outlook = known == outlooks.end() ? JobOutlook() : known->second;
    const json request = stored(job.spec);
    const json numbers = hyperparameters(request);
    json evaluations = json::array();
    for (const auto& e : jobs.evaluations(job))
        evaluations.push_back({{"name", e.name},
                               {"n", e.questions},
                               {"before", outcomeJson(e.before, e.normBefore)},
                               {"after", outcomeJson(e.after, e.normAfter)}});
    json error;
    if (job.failure)
        error = {{"code", job.failure->code},
                 {"message", job.failure->message},
                 {"param", orNull(job.failure->param)}};
    return {{"id", job.id},
            {"object", "fine_tuning.job"},
            {"created_at", job.createdAt},
            {"started_at", orNull(job.startedAt)},
            {"finished_at", orNull(job.finishedAt)},
            {"estimated_finish",
             orNull(outlook.forecast.end ? outlook.forecast.end : job.estimatedFinish)},
            {"status", storage::jobStatusName(job.status)},
            {"model", job.modelId},
            {"fine_tuned_model", orNull(job.fineTunedModel)},
            {"training_file", job.trainingFile},
            {"validation_file", orNull(job.validationFile)},
            {"result_files", json::array()},
            {"hyperparameters", numbers},
            {"method", methodJson(request, numbers)},
            {"seed", job.seed},
            {"trained_tokens", job.trainedTokens},
            {"error", std::move(error)},
            {"integrations", json::array()},
            {"metadata", stored(job.metadata)},
            {"organization_id", job.owner.departmentId},
            {"evaluations", std::move(evaluations)},
            {"progress", progressJson(jobs.progress(job))},
            {"hearth", hearthJson(job, request)},
            {"schedule_id", orNull(job.scheduleId)},
            {"priority", jobPriorityName(job.priority)},
            {"calendar", stored(job.calendar)},
            {"retries", stored(job.retries)},
            {"runnable_from", orNull(outlook.runnableFrom)},
            {"forecast", forecastJson(outlook)}};
}

json eventObject(const storage::JobEventRow& event) {
    return {{"id", event.id},
            {"object", "fine_tuning.job.event"},
            {"created_at", event.createdAt},
            {"level", event.level},
            {"type", event.type},
            {"message", event.message},
            {"data", stored(event.data)}};
}

}  // namespace

Handler createJobHandler(JobService& jobs) {
    return [&jobs](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const JobRequest request, parseJobRequest(http.text()));
        CORE_ASSIGN(const auto job, jobs.create(http.principal, request));
        return Response::json(core::dumpJson(jobObject(jobs, job, jobs.outlooks())));
    };
}

Handler listJobsHandler(JobService& jobs) {
    return [&jobs](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const storage::Page page, readPage(http.head, kDefaultJobs));
        const Outlooks outlooks = jobs.outlooks();
        return listResponse(jobs.list(http.principal, page),
                            [&](const auto& job) { return jobObject(jobs, job, outlooks); });
    };
}

Handler getJobHandler(JobService& jobs) {
    return [&jobs](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const auto job, jobs.find(http.principal, http.param("job_id")));
        return Response::json(core::dumpJson(jobObject(jobs, job, jobs.outlooks())));
    };
}

Handler jobEventsHandler(JobService& jobs) {
    return [&jobs](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const storage::Page page, readPage(http.head, kDefaultEvents));
        CORE_ASSIGN(const auto events, jobs.events(http.principal, http.param("job_id"), page));
        return listResponse(events, eventObject);
    };
}

Handler jobCheckpointsHandler(JobService& jobs) {
    return [&jobs](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const storage::Page page, readPage(http.head, kDefaultCheckpoints));
        const std::string& id = http.param("job_id");
        CORE_ASSIGN(const auto checkpoints, jobs.checkpoints(http.principal, id, page));
        return listResponse(checkpoints, [&](const storage::JobCheckpointRow& row) {
            return json{{"id", row.id},
                        {"object", "fine_tuning.job.checkpoint"},
                        {"created_at", row.createdAt},
                        {"fine_tuning_job_id", id},
                        {"fine_tuned_model_checkpoint", row.modelId},
                        {"step_number", row.step},
                        {"metrics", stored(row.metrics)}};
        });
    };
}

Handler jobMetricsHandler(JobService& jobs) {
    return [&jobs](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const int64_t after, readQueryInt(http.head, "after", -1, INT64_MAX, -1));
        CORE_ASSIGN(const int64_t limit,
                    readQueryInt(http.head, "limit", 1, JobService::kMaxCurvePoints,
                                 JobService::kMaxCurvePoints));
        CORE_ASSIGN(const auto page,
                    jobs.curves(http.principal, http.param("job_id"), after, limit));
        return Response::json(core::dumpJson({{"object", "hearth.job_metrics"},
                                              {"series", seriesJson(page.samples)},
                                              {"has_more", page.moreAfter.has_value()},
                                              {"last_step", orNull(page.moreAfter)}}));
    };
}

Handler cancelJobHandler(JobService& jobs) {
    return [&jobs](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const auto job, jobs.cancel(http.principal, http.param("job_id")));
        return Response::json(core::dumpJson(jobObject(jobs, job, jobs.outlooks())));
    };
}

}  // namespace hearth::app
