#include "app/cli/mlflow_run.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace hearth::app {
namespace {

using nlohmann::json;

json job(const std::string& status = "succeeded") {
    return {{"id", "ftjob-1"},
            {"status", status},
            {"model", "base"},
            {"fine_tuned_model", "base:mine"},
            {"created_at", 100},
            {"finished_at", status == "succeeded" ? json(200) : json()},
            {"method", {{"type", "supervised"}}}};
}

json record() {
    return {
        {"code", {{"version", "1.2"}, {"worker_sha256", "aa"}}},
        {"method", "supervised"},
        {"hyperparameters",
         {{"learning_rate", 0.002}, {"lora", {{"r", 4}, {"targets", {"a", "b"}}}}, {"key", ""}}},
        {"data", {{"training", {{"sha256", "bb"}, {"bytes", 7}}}}},
        {"base", {{"model", "base"}, {"sha256", nullptr}}},
        {"machine", {{"cores", 2}}},
        {"started_at", 150},
        {"runs", 2},
        {"result",
         {{"steps", 9},
          {"published_step", 8},
          {"stop_reason", "completed"},
          {"metrics", {{"set_accuracy_after", 0.75}}}}}};
}

json series() {
    return {{"train_loss",
             {{"steps", {1, 2}}, {"times_ms", {120'000, 121'500}}, {"values", {2.5, 0.1}}}}};
}

TEST(MlflowRun, TellsWhatAJobWasMadeFromAndWhatCameOfIt) {
    const MlflowRun run = mlflowRunOf(job(), record(), series());
    EXPECT_EQ(run.jobId, "ftjob-1");
    EXPECT_EQ(run.name, "base:mine");
    EXPECT_EQ(run.status, "FINISHED");
    EXPECT_EQ(run.startMs, 120'000) << "of the first worker, which left a point";
    EXPECT_EQ(run.endMs, 200'000);
    EXPECT_EQ(run.params, (std::map<std::string, std::string>{{"model", "base"},
                                                              {"method", "supervised"},
                                                              {"learning_rate", "0.002"},
                                                              {"lora.r", "4"},
                                                              {"lora.targets", R"(["a","b"])"},
                                                              {"key", ""}}));
    EXPECT_EQ(run.tags,
              (std::map<std::string, std::string>{{"hearth.job", "ftjob-1"},
                                                  {"mlflow.source.type", "JOB"},
                                                  {"mlflow.source.name", "hearth"},
                                                  {"hearth.fine_tuned_model", "base:mine"},
                                                  {"hearth.code.version", "1.2"},
                                                  {"hearth.code.worker_sha256", "aa"},
                                                  {"hearth.data.training.sha256", "bb"},
                                                  {"hearth.data.training.bytes", "7"},
                                                  {"hearth.base.model", "base"},
                                                  {"hearth.machine.cores", "2"},
                                                  {"hearth.runs", "2"},
                                                  {"hearth.stop_reason", "completed"}}));
    using Points = std::vector<MlflowPoint>;
    EXPECT_EQ(run.metrics,
              (std::map<std::string, Points>{{"train_loss", {{1, 120'000, 2.5}, {2, 121'500, 0.1}}},
                                             {"result/steps", {{8, 200'000, 9}}},
                                             {"result/published_step", {{8, 200'000, 8}}},
                                             {"result/set_accuracy_after", {{8, 200'000, 0.75}}}}));
}

TEST(MlflowRun, OfAJobThatNobodyBeganHasNoEndAndNoResult) {
    const MlflowRun run = mlflowRunOf(job("queued"), json::object(), json::object());
    EXPECT_EQ(run.status, "SCHEDULED");
    EXPECT_EQ(run.startMs, 100'000);
    EXPECT_FALSE(run.endMs);
    EXPECT_TRUE(run.metrics.empty());
    EXPECT_EQ(run.params.at("method"), "supervised");
}

TEST(MlflowRun, StatusesAreMlflows) {
    const auto status = [](const char* name) {
        return mlflowRunOf(job(name), record(), series()).status;
    };
    EXPECT_EQ(status("validating_files"), "SCHEDULED");
    EXPECT_EQ(status("running"), "RUNNING");
    EXPECT_EQ(status("failed"), "FAILED");
    EXPECT_EQ(status("cancelled"), "KILLED");
}

TEST(MlflowName, IsOneThatTheServerTakes) {
    EXPECT_EQ(mlflowName("experts/0/load"), "experts/0/load");
    EXPECT_EQ(mlflowName("a-b_c.d: e"), "a-b_c.d: e");
    for (const char* bad : {"a//b", "/a", "../a", "a/./b", "f\xc3\xbcr", "a?b", "a/"}) {
        const std::string name = mlflowName(bad);
        EXPECT_EQ(name.find_first_of("?\xc3\xbc"), std::string::npos) << name;
        EXPECT_EQ(name.find("//"), std::string::npos) << name;
        EXPECT_EQ(mlflowName(name), name) << "taken as it is";
    }
    EXPECT_NE(mlflowName("a?b"), mlflowName("a!b")) << "two names do not become one";
    EXPECT_EQ(mlflowName(std::string(300, 'n')).size(), 250u);
}

TEST(MlflowText, KeepsWithinItsLimitAndWholeCharacters) {
    EXPECT_EQ(mlflowText("short", 100), "short");
    std::string accents;
    for (int i = 0; i < 200; ++i)
        accents += "\xc3\xa9";
    for (const size_t most : {150u, 151u}) {
        const std::string cut = mlflowText(accents, most);
        EXPECT_LE(cut.size(), most);
        EXPECT_NE(cut.find("\xc3\xa9 ... (400 bytes, SHA-256 "), std::string::npos) << cut;
    }
}

TEST(MlflowBatches, StayWithinTheDocumentedLimits) {
    MlflowRun run;
    for (int i = 0; i < 2500; ++i)
        run.metrics["loss"].push_back({i, i, 0.5});
    for (int i = 0; i < 250; ++i)
        run.params["p" + std::to_string(i)] = std::string(6000, 'v');
    for (int i = 0; i < 101; ++i)
        run.tags["t" + std::to_string(i)] = "v";
    size_t metrics = 0, params = 0, tags = 0;
    for (const json& batch : mlflowBatches("id", run)) {
        EXPECT_EQ(batch.at("run_id"), "id");
        EXPECT_LT(batch.dump().size(), 1'000'000u);
        const auto count = [&](const char* kind) {
            return batch.value(kind, json::array()).size();
        };
        EXPECT_LE(count("metrics"), 1000u);
        EXPECT_LE(count("params"), 100u);
        EXPECT_LE(count("tags"), 100u);
        EXPECT_LE(count("metrics") + count("params") + count("tags"), 1000u);
        metrics += count("metrics"), params += count("params"), tags += count("tags");
    }
    EXPECT_EQ(metrics, 2500u);
    EXPECT_EQ(params, 250u);
    EXPECT_EQ(tags, 101u);
}

TEST(MlflowBatches, AreSmallerWhereTextsAreLong) {
    MlflowRun run;
    for (int i = 0; i < 100; ++i)  // a control character takes six bytes of JSON
        run.params["p" + std::to_string(i)] = std::string(6000, '\x01');
    const auto batches = mlflowBatches("id", run);
    EXPECT_GT(batches.size(), 1u);
    for (const json& batch : batches)
        EXPECT_LT(batch.dump().size(), 1'000'000u);
}

}  // namespace
}  // namespace hearth::app
