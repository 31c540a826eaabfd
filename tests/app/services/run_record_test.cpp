#include "app/services/jobs/run_record.h"

#include <gtest/gtest.h>

namespace hearth::app {
namespace {

using nlohmann::json;

storage::JobRow jobWith(const std::string& settings) {
    storage::JobRow job;
    job.id = "ftjob-1";
    job.modelId = "demo";
    job.settings = settings;
    job.seed = 7;
    return job;
}

RunSources sourcesOf(const storage::JobRow& job) {
    storage::StoredFile file;
    file.id = "file-1";
    file.filename = "data.jsonl";
    file.sha256 = "ab";
    return {.job = job,
            .method = "supervised",
            .files = {{"training", file}},
            .base = {{"model.hearth", 10, "cd"}, {"config.json", 5, "ef"}}};
}

TEST(RunRecord, SaysWhatARunIsMadeOf) {
    const auto job = jobWith(R"({"learning_rate": 0.5, "lora": {"r": 8}})");
    const json record = beginRunRecord(sourcesOf(job), 2);
    EXPECT_EQ(record.at("hyperparameters").at("lora").at("r"), 8);
    EXPECT_EQ(record.at("data").at("training").at("sha256"), "ab");
    EXPECT_EQ(record.at("base").at("sha256").get<std::string>().size(), 64u);
    EXPECT_EQ(record.at("seed"), 7);
    EXPECT_EQ(record.at("runs"), 3);
    EXPECT_FALSE(record.at("machine").at("host").get<std::string>().empty());
    EXPECT_FALSE(record.at("code").at("version").get<std::string>().empty());
    EXPECT_TRUE(record.at("result").is_null());
}

TEST(RunRecord, TheBasesHashIsOfItsFilesInAnyOrder) {
    const auto job = jobWith("{}");
    RunSources sources = sourcesOf(job);
    const json before = beginRunRecord(sources, 0).at("base").at("sha256");
    std::swap(sources.base[0], sources.base[1]);
    EXPECT_EQ(beginRunRecord(sources, 0).at("base").at("sha256"), before);
    sources.base[0].sha256 = "00";
    EXPECT_NE(beginRunRecord(sources, 0).at("base").at("sha256"), before);
    sources.base.clear();
    EXPECT_TRUE(beginRunRecord(sources, 0).at("base").at("sha256").is_null());
}

TEST(RunRecord, TeacherAndJudgesHaveTheirHashes) {
    const auto job = jobWith("{}");
    RunSources sources = sourcesOf(job);
    const json none = beginRunRecord(sources, 0);
    EXPECT_FALSE(none.contains("teacher"));
    EXPECT_FALSE(none.contains("judges"));
    sources.teacher = RunModel{"large", {{"model.hearth", 10, "12"}}};
    sources.judges = {{"strict", {{"model.hearth", 10, "34"}}}, {"referenced", {}}};
    const json record = beginRunRecord(sources, 0);
    EXPECT_EQ(record.at("teacher").at("model"), "large");
    EXPECT_EQ(record.at("teacher").at("sha256").get<std::string>().size(), 64u);
    ASSERT_EQ(record.at("judges").size(), 2u);
    EXPECT_EQ(record.at("judges")[0].at("model"), "strict");
    EXPECT_NE(record.at("judges")[0].at("sha256"), record.at("teacher").at("sha256"));
    EXPECT_TRUE(record.at("judges")[1].at("sha256").is_null());
    sources.judges[0].files[0].sha256 = "56";
    const json differences = recordDifferences({record, beginRunRecord(sources, 0)});
    ASSERT_EQ(differences.size(), 1u);
    EXPECT_EQ(differences[0].at("field"), "judges.0.sha256");
}

TEST(RunRecord, DifferencesAreWhatRunsAreMadeOf) {
    const auto first = jobWith(R"({"learning_rate": 0.5, "lora": {"r": 8, "targets": []}})");
    const auto second =
        jobWith(R"({"learning_rate": 0.25, "lora": {"r": 8, "targets": ["q_proj"]}})");
    RunSources later = sourcesOf(second);
    later.startedAt = 100;
    std::vector<json> records = {beginRunRecord(sourcesOf(first), 0), beginRunRecord(later, 5)};
    finishRunRecord(records[0], {.steps = 9, .metrics = {{"train_loss", 0.5}}}, 1000);
    const json differences = recordDifferences(records);
    std::map<std::string, json> values;
    for (const json& difference : differences)
        values[difference.at("field")] = difference.at("values");
    EXPECT_EQ(values.at("hyperparameters.learning_rate"), json({0.5, 0.25}));
    EXPECT_EQ(values.at("hyperparameters.lora.targets.0"), json({nullptr, "q_proj"}));
    EXPECT_FALSE(values.contains("hyperparameters.lora.r"));
    EXPECT_FALSE(values.contains("started_at"));
    EXPECT_FALSE(values.contains("runs"));
    for (const auto& [field, value] : values)
        EXPECT_FALSE(field.starts_with("result")) << field;
    EXPECT_TRUE(recordDifferences({records[1], records[1]}).empty());
}

}  // namespace
}  // namespace hearth::app
