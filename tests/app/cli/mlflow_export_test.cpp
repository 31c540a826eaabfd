#include "app/cli/mlflow_export.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "app/cli/mlflow_server.h"

namespace hearth::app {
namespace {

using nlohmann::json;

/// What MLflow's server keeps, as far as an export needs it. Histories come two points a page.
class FakeMlflow : public MlflowApi {
public:
    json experiment;                                               // null: there is none
    std::map<std::string, json> runs;                              // by id
    std::map<std::string, std::map<std::string, json>> histories;  // run, metric: points
    std::vector<std::string> posts;
    std::string failing;  // an endpoint

    core::Result<json> get(const std::string& endpoint,
                           const std::map<std::string, std::string>& query) override {
        if (endpoint == "experiments/get-by-name") {
            if (experiment.is_null())
                return core::Error{core::ErrorCode::NotFound, "no such experiment", ""};
            return json{{"experiment", experiment}};
        }
        EXPECT_EQ(endpoint, "metrics/get-history");
        const json& all = histories[query.at("run_id")][query.at("metric_key")];
        const auto token = query.find("page_token");
        const size_t begin = token == query.end() ? 0 : std::stoul(token->second);
        json page = {{"metrics", json::array()}};
        for (size_t i = begin; i < std::min(begin + 2, all.size()); ++i)
            page["metrics"].push_back(all[i]);
        if (begin + 2 < all.size())
            page["next_page_token"] = std::to_string(begin + 2);
        return page;
    }

    core::Result<json> post(const std::string& endpoint, const json& body) override {
        posts.push_back(endpoint);
        if (endpoint == failing)
            return core::Error{core::ErrorCode::Unavailable, "gone", ""};
        if (endpoint == "experiments/create") {
            experiment = {{"experiment_id", "7"}, {"name", body.at("name")}};
            return json{{"experiment_id", "7"}};
        }
        if (endpoint == "runs/search")
            return search(body);
        if (endpoint == "runs/create")
            return create(body);
        json& run = runs.at(body.at("run_id"));
        if (endpoint == "runs/delete")
            run["info"]["lifecycle_stage"] = "deleted";
        else if (endpoint == "runs/update")
            run["info"].update(body);
        else
            log(body, run);
        return json::object();
    }

    std::vector<std::string> activeRuns() const {
        std::vector<std::string> ids;
        for (const auto& [id, run] : runs)
            if (run["info"]["lifecycle_stage"] == "active")
                ids.push_back(id);
        return ids;
    }

private:
    json search(const json& body) {
        EXPECT_EQ(body.at("experiment_ids"), json({"7"}));
        EXPECT_EQ(body.at("filter"), "tags.`hearth.job` = 'ftjob-1'");
        json found = json::array();
        for (const std::string& id : activeRuns())
            found.insert(found.begin(), runs[id]);
        return {{"runs", found}};
    }
    json create(const json& body) {
        const std::string id = "run" + std::to_string(runs.size());
        runs[id] = {
            {"info",
             {{"run_id", id},
              {"lifecycle_stage", "active"},
              {"status", "RUNNING"},
              {"run_name", body.at("run_name")},
              {"start_time", body.at("start_time")}}},
            {"data",
             {{"params", json::array()}, {"tags", body.at("tags")}, {"metrics", json::array()}}}};
        return {{"run", runs[id]}};
    }
    void log(const json& body, json& run) {
        for (const char* kind : {"params", "tags"})
            for (const json& entry : body.value(kind, json::array()))
                run["data"][kind].push_back(entry);
        for (const json& point : body.value("metrics", json::array())) {
            json& history = histories[body.at("run_id")][point.at("key")];
            if (history.is_null())
                run["data"]["metrics"].push_back(point);
            history.push_back(point);
        }
    }
};

MlflowRun runOf(int points) {
    MlflowRun run{.jobId = "ftjob-1", .name = "ftjob-1", .status = "RUNNING", .startMs = 5};
    run.params["lr"] = "0.1";
    run.tags["hearth.job"] = "ftjob-1";
    for (int i = 0; i < points; ++i)
        run.metrics["loss"].push_back({i, 1000 + i, 0.1 * i});
    return run;
}

TEST(MlflowExport, MakesExperimentAndRun) {
    FakeMlflow server;
    MlflowRun run = runOf(3);
    run.status = "FAILED";
    run.endMs = 9;
    const auto done = exportToMlflow(server, "nightly", run);
    ASSERT_TRUE(done) << done.error().text();
    EXPECT_STREQ(done->outcome, "created");
    EXPECT_EQ(done->sentPoints, 3);
    EXPECT_EQ(server.experiment["name"], "nightly");
    const json info = server.runs.at(done->runId)["info"];
    EXPECT_EQ(info["status"], "FAILED");
    EXPECT_EQ(info["start_time"], 5);
    EXPECT_EQ(info["end_time"], 9);
    EXPECT_EQ(server.posts.back(), "runs/update") << "the status tells that all is there";
}

TEST(MlflowExport, SendsOnlyWhatIsNewToAKnownRun) {
    FakeMlflow server;
    const auto first = exportToMlflow(server, "hearth", runOf(5));
    ASSERT_TRUE(first) << first.error().text();
    MlflowRun more = runOf(7);
    more.metrics["other"] = {{1, 2, 3.0}};
    more.name = "base:tuned";
    const auto second = exportToMlflow(server, "hearth", more);
    ASSERT_TRUE(second) << second.error().text();
    EXPECT_STREQ(second->outcome, "updated");
    EXPECT_EQ(second->runId, first->runId);
    EXPECT_EQ(second->sentPoints, 3);
    EXPECT_EQ(server.histories[first->runId]["loss"].size(), 7u);
    EXPECT_EQ(server.runs[first->runId]["info"]["run_name"], "base:tuned");
    const auto third = exportToMlflow(server, "hearth", more);
    ASSERT_TRUE(third);
    EXPECT_EQ(third->sentPoints, 0);
}

TEST(MlflowExport, LeavesTheNameThatSomebodyGaveARun) {
    FakeMlflow server;
    const auto first = exportToMlflow(server, "hearth", runOf(1));
    ASSERT_TRUE(first);
    server.runs[first->runId]["info"]["run_name"] = "my best";
    ASSERT_TRUE(exportToMlflow(server, "hearth", runOf(1)));
    EXPECT_EQ(server.runs[first->runId]["info"]["run_name"], "my best");
}

TEST(MlflowExport, ReplacesARunThatHasOtherPointsOrParams) {
    MlflowRun otherPoint = runOf(5), otherParam = runOf(5);
    otherPoint.metrics["loss"][3].timeMs += 1;  // a step that was trained again
    otherParam.params["lr"] = "0.2";
    for (const MlflowRun& changed : {otherPoint, otherParam}) {
        FakeMlflow server;
        ASSERT_TRUE(exportToMlflow(server, "hearth", runOf(5)));
        const auto again = exportToMlflow(server, "hearth", changed);
        ASSERT_TRUE(again) << again.error().text();
        EXPECT_STREQ(again->outcome, "replaced");
        EXPECT_EQ(again->sentPoints, 5);
        EXPECT_EQ(server.activeRuns(), std::vector{again->runId});
        EXPECT_EQ(server.histories[again->runId]["loss"].size(), 5u);
    }
}

TEST(MlflowExport, GoesOnWithAnExportThatBroke) {
    FakeMlflow server;
    server.failing = "runs/log-batch";
    ASSERT_FALSE(exportToMlflow(server, "hearth", runOf(2)));
    server.failing.clear();
    const auto again = exportToMlflow(server, "hearth", runOf(2));
    ASSERT_TRUE(again);
    EXPECT_STREQ(again->outcome, "updated");
    EXPECT_EQ(again->sentPoints, 2);
    EXPECT_EQ(server.activeRuns().size(), 1u);
}

TEST(MlflowExport, KeepsOneOfTheRunsThatTwoExportsAtOnceLeft) {
    FakeMlflow server;
    ASSERT_TRUE(exportToMlflow(server, "hearth", runOf(2)));
    server.runs["run1"] = server.runs["run0"];
    server.runs["run1"]["info"]["run_id"] = "run1";
    server.histories["run1"] = server.histories["run0"];
    const auto done = exportToMlflow(server, "hearth", runOf(2));
    ASSERT_TRUE(done);
    EXPECT_EQ(server.activeRuns(), std::vector<std::string>{"run1"});
}

TEST(MlflowExport, SaysThatAnExperimentWasDeleted) {
    FakeMlflow server;
    server.experiment = {{"experiment_id", "7"}, {"lifecycle_stage", "deleted"}};
    const auto done = exportToMlflow(server, "old", runOf(1));
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, core::ErrorCode::Conflict);
    EXPECT_NE(done.error().message.find("restore --experiment-id 7"), std::string::npos);
    EXPECT_TRUE(server.posts.empty());
}

TEST(MlflowServer, TellsAnswersApart) {
    const auto code = [](int status, const std::string& body) {
        return mlflowError(status, body, "https://server").code;
    };
    EXPECT_EQ(code(401, ""), core::ErrorCode::Unauthenticated);
    EXPECT_EQ(code(403, "{}"), core::ErrorCode::PermissionDenied);
    EXPECT_EQ(code(404, R"({"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "m"})"),
              core::ErrorCode::NotFound);
    EXPECT_EQ(code(404, "<html>"), core::ErrorCode::InvalidArgument) << "another server";
    EXPECT_EQ(code(302, ""), core::ErrorCode::InvalidArgument);
    EXPECT_EQ(code(503, "busy"), core::ErrorCode::Unavailable);
    const auto error = mlflowError(
        400, R"({"error_code": "INVALID_PARAMETER_VALUE", "message": "too long"})", "u");
    EXPECT_NE(error.message.find("too long"), std::string::npos);
}

TEST(MlflowServer, RefusesWhatIsNoServersUrl) {
    for (const char* url :
         {"sqlite:///mlflow.db", "databricks", "https://", "https://me:pw@host"}) {
        const auto profile = resolveMlflowProfile(url);
        ASSERT_FALSE(profile) << url;
        EXPECT_EQ(profile.error().text().find("pw"), std::string::npos);
    }
    EXPECT_TRUE(resolveMlflowProfile("https://mlflow.example/path/"));
}

TEST(MlflowServer, KnowsWhenCredentialsWouldBeSeen) {
    EXPECT_TRUE(exposesCredentials({.url = "http://mlflow.example", .token = "t"}));
    EXPECT_TRUE(exposesCredentials({.url = "http://mlflow.example", .username = "u"}));
    EXPECT_FALSE(exposesCredentials({.url = "http://mlflow.example"}));
    EXPECT_FALSE(exposesCredentials({.url = "https://mlflow.example", .token = "t"}));
    EXPECT_FALSE(exposesCredentials({.url = "http://localhost:5000", .token = "t"}));
}

TEST(MlflowServer, SaysThatNobodyAnswers) {
    MlflowServer server({.url = "http://127.0.0.1:1"});  // tcpmux, which nobody serves
    const auto answer = server.get("experiments/get-by-name", {{"experiment_name", "a b"}});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, core::ErrorCode::Unavailable);
}

}  // namespace
}  // namespace hearth::app
