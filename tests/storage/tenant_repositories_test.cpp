// Files, models, jobs and metrics: what they keep, how lists page, and that no department sees
// or changes another's.
#include <gtest/gtest.h>

#include <cmath>

#include "storage/blob_repository.h"
#include "storage/file_repository.h"
#include "storage/job_repository.h"
#include "storage/metrics_repository.h"
#include "storage/model_repository.h"
#include "tests/storage/test_database.h"

namespace hearth::storage {
namespace {

using core::ErrorCode;

class TenantRepositoriesTest : public ::testing::Test {
protected:
    std::string addBlob(const Owner& owner) {
        const std::string id = std::string(60, 'a') + std::to_string(1000 + m_blobCount++);
        EXPECT_TRUE(m_blobs.create({id, owner, std::vector<std::byte>(60), 3, 1}).ok());
        return id;
    }
    void addFile(const std::string& id, const Owner& owner,
                 const std::string& purpose = "fine-tune") {
        StoredFile file;
        file.id = id;
        file.owner = owner;
        file.blobId = addBlob(owner);
        file.filename = id + ".jsonl";
        file.bytes = 3;
        file.purpose = purpose;
        file.sha256 = std::string(64, '0');
        file.lineCount = 2;
        file.container = "csv";
        file.form = "alpaca";
        file.createdAt = 10;
        ASSERT_TRUE(m_files.create(file).ok());
    }
    void addJob(const std::string& id, const Owner& owner) {
        JobRow job;
        job.id = id;
        job.owner = owner;
        job.modelId = "base";
        job.trainingFile = "file-1";
        job.spec = R"({"method":{"type":"supervised"}})";
        job.settings = R"({"max_steps":7})";
        job.seed = 42;
        job.createdAt = 100;
        ASSERT_TRUE(m_jobs.create(job).ok());
    }
    void addModel(const std::string& id, const Owner& owner, Visibility visibility) {
        ModelRow model;
        model.id = id;
        model.owner = owner;
        model.visibility = visibility;
        model.path = "models/" + id;
        ASSERT_TRUE(m_models.create(model).ok());
    }

    TestDatabase m_test;
    BlobRepository m_blobs{*m_test.control};
    FileRepository m_files{*m_test.control};
    ModelRepository m_models{*m_test.control};
    JobRepository m_jobs{*m_test.control};
    int m_blobCount = 0;
};

TEST_F(TenantRepositoriesTest, AFileReadsBackAndChangesStatus) {
    addFile("file-1", m_test.north);
    ASSERT_TRUE(
        m_files.setStatus(m_test.seesNorth, "file-1", FileStatus::Error, "line 3 is bad").ok());
    const StoredFile file = m_files.find(m_test.seesNorth, "file-1").valueOrThrow();
    EXPECT_EQ(file.filename, "file-1.jsonl");
    EXPECT_EQ(file.status, FileStatus::Error);
    EXPECT_EQ(file.statusDetails, "line 3 is bad");
    EXPECT_EQ(file.lineCount, 2);
    EXPECT_EQ(file.container, "csv");
    EXPECT_EQ(file.form, "alpaca");
    EXPECT_EQ(file.createdAt, 10);
    EXPECT_EQ(file.owner.userId, "nora");
}

TEST_F(TenantRepositoriesTest, AnotherDepartmentsFileIsNotThere) {
    addFile("file-1", m_test.north);
    EXPECT_EQ(m_files.find(m_test.seesSouth, "file-1").error().code, ErrorCode::NotFound);
    EXPECT_EQ(m_files.remove(m_test.seesSouth, "file-1").error().code, ErrorCode::NotFound);
    EXPECT_EQ(m_files.setStatus(m_test.seesSouth, "file-1", FileStatus::Processed).error().code,
              ErrorCode::NotFound);
    EXPECT_TRUE(m_files.list(m_test.seesSouth, {}).items.empty());
    EXPECT_TRUE(m_files.list(m_test.seesSouth, {.after = "file-1"}).items.empty());
    EXPECT_TRUE(m_files.find(m_test.seesAll, "file-1").ok());
    EXPECT_TRUE(m_files.remove(m_test.seesNorth, "file-1").ok());
}

TEST_F(TenantRepositoriesTest, ListsPageThroughEverythingOnce) {
    for (int i = 0; i < 7; ++i)
        addFile("file-" + std::to_string(i), i == 3 ? m_test.south : m_test.north);
    std::vector<std::string> seen;
    Page page{.limit = 2};
    for (bool more = true; more;) {
        const auto listed = m_files.list(m_test.seesNorth, page);
        ASSERT_LE(listed.items.size(), 2u);
        for (const StoredFile& file : listed.items)
            seen.push_back(file.id);
        more = listed.hasMore;
        page.after = seen.back();
    }
    const std::vector<std::string> newestFirst{"file-6", "file-5", "file-4",
                                               "file-2", "file-1", "file-0"};
    EXPECT_EQ(seen, newestFirst);
    EXPECT_EQ(m_files.list(m_test.seesNorth, {.limit = 1, .oldestFirst = true}).items[0].id,
              "file-0");
    EXPECT_TRUE(m_files.list(m_test.seesNorth, {.after = "no such"}).items.empty());
    EXPECT_FALSE(m_files.list(m_test.seesNorth, {.limit = 6}).hasMore);
}

TEST_F(TenantRepositoriesTest, FilesAreFilteredByPurpose) {
    addFile("file-1", m_test.north, "fine-tune");
    addFile("file-2", m_test.north, "evals");
    const auto listed = m_files.list(m_test.seesNorth, {}, "evals");
    ASSERT_EQ(listed.items.size(), 1u);
    EXPECT_EQ(listed.items[0].id, "file-2");
}

TEST_F(TenantRepositoriesTest, ABlobInUseCannotBeRemoved) {
    addFile("file-1", m_test.north);
    const std::string blob = m_files.find(m_test.seesAll, "file-1")->blobId;
    EXPECT_EQ(m_blobs.remove(m_test.seesNorth, blob).error().code, ErrorCode::Conflict);
    ASSERT_TRUE(m_files.remove(m_test.seesNorth, "file-1").ok());
    EXPECT_EQ(m_blobs.remove(m_test.seesSouth, blob).error().code, ErrorCode::NotFound);
    EXPECT_TRUE(m_blobs.remove(m_test.seesNorth, blob).ok());
}

TEST_F(TenantRepositoriesTest, ModelsAreSeenByTheirDepartmentOrEveryone) {
    addModel("base", m_test.north, Visibility::Everyone);
    addModel("private", m_test.north, Visibility::Department);
    EXPECT_TRUE(m_models.find(m_test.seesSouth, "base").ok());
    EXPECT_FALSE(m_models.find(m_test.seesSouth, "private").ok());
    EXPECT_EQ(m_models.list(m_test.seesSouth, {}).items.size(), 1u);
    EXPECT_EQ(m_models.list(m_test.seesNorth, {}).items.size(), 2u);
    // Seeing is not owning.
    EXPECT_EQ(m_models.remove(m_test.seesSouth, "base").error().code, ErrorCode::NotFound);
}

TEST_F(TenantRepositoriesTest, AnAdapterKeepsItsBaseAndItsFiles) {
    addModel("base", m_test.north, Visibility::Everyone);
    ModelRow adapter;
    adapter.id = "ft:base:north::1";
    adapter.owner = m_test.north;
    adapter.kind = ModelKind::Adapter;
    adapter.baseModelId = "base";
    adapter.jobId = "ftjob-1";
    const std::string blob = addBlob(m_test.north);
    ASSERT_TRUE(m_models.create(adapter, {{"adapter_model.safetensors", blob}}).ok());
    EXPECT_EQ(m_models.find(m_test.seesNorth, adapter.id)->baseModelId, "base");
    ASSERT_EQ(m_models.files(m_test.seesNorth, adapter.id).size(), 1u);
    EXPECT_TRUE(m_models.files(m_test.seesSouth, adapter.id).empty());
    EXPECT_EQ(m_models.remove(m_test.seesNorth, "base").error().code, ErrorCode::Conflict);
    ASSERT_TRUE(m_models.remove(m_test.seesNorth, adapter.id).ok());
    EXPECT_TRUE(m_blobs.remove(m_test.seesNorth, blob).ok());

    adapter.id = "no-such-blob";
    EXPECT_FALSE(m_models.create(adapter, {{"x", std::string(64, 'f')}}).ok());
    EXPECT_FALSE(m_models.find(m_test.seesAll, "no-such-blob").ok());  // not half of it
}

TEST_F(TenantRepositoriesTest, APrivateModelKeepsItsWrappedKey) {
    addModel("base", m_test.north, Visibility::Everyone);
    EXPECT_TRUE(m_models.find(m_test.seesNorth, "base")->wrappedKey.empty());
    EXPECT_FALSE(m_models.find(m_test.seesNorth, "base")->isPrivate());
    ModelRow model;
    model.id = "tuned";
    model.owner = m_test.north;
    model.path = "models/tuned";
    model.wrappedKey = {std::byte{1}, std::byte{0}, std::byte{255}};
    ASSERT_TRUE(m_models.create(model).ok());
    EXPECT_EQ(m_models.find(m_test.seesNorth, "tuned")->wrappedKey, model.wrappedKey);
    EXPECT_TRUE(m_models.find(m_test.seesNorth, "tuned")->isPrivate());
    EXPECT_FALSE(m_models.find(m_test.seesSouth, "tuned").ok());
    // The key goes with the row.
    ASSERT_TRUE(m_models.remove(m_test.seesNorth, "tuned").ok());
    ASSERT_TRUE(m_models.create({.id = "tuned", .owner = m_test.north}).ok());
    EXPECT_TRUE(m_models.find(m_test.seesNorth, "tuned")->wrappedKey.empty());
}

TEST_F(TenantRepositoriesTest, AModelKeepsWhetherItIsWanted) {
    addModel("base", m_test.north, Visibility::Everyone);
    EXPECT_TRUE(m_models.find(m_test.seesNorth, "base")->wanted);
    EXPECT_EQ(m_models.setWanted(m_test.seesSouth, "base", false).error().code,
              ErrorCode::NotFound);
    ASSERT_TRUE(m_models.setWanted(m_test.seesNorth, "base", false).ok());
    EXPECT_FALSE(m_models.find(m_test.seesNorth, "base")->wanted);
}

TEST_F(TenantRepositoriesTest, WhatAModelsFilesHoldIsReplacedAsAWhole) {
    addModel("base", m_test.north, Visibility::Everyone);
    EXPECT_TRUE(m_models.contents(m_test.seesNorth, "base").empty());
    ASSERT_TRUE(m_models.setContents("base", {{"b", 2, "bb"}, {"a", 1, "aa"}}).ok());
    const auto contents = m_models.contents(m_test.seesNorth, "base");
    ASSERT_EQ(contents.size(), 2u);
    EXPECT_EQ(contents[0].name, "a");
    EXPECT_EQ(contents[1].bytes, 2);
    EXPECT_EQ(contents[1].sha256, "bb");
    EXPECT_TRUE(m_models.contents(m_test.seesSouth, "base").empty());
    ASSERT_TRUE(m_models.setContents("base", {{"c", 3, "cc"}}).ok());
    EXPECT_EQ(m_models.contents(m_test.seesNorth, "base").size(), 1u);
    EXPECT_EQ(m_models.setContents("none", {{"c", 3, "cc"}}).error().code, ErrorCode::NotFound);
    ASSERT_TRUE(m_models.remove(m_test.seesNorth, "base").ok());
    EXPECT_TRUE(m_models.contents(m_test.seesAll, "base").empty());
}

TEST_F(TenantRepositoriesTest, AJobGoesThroughItsStates) {
    addJob("ftjob-1", m_test.north);
    ASSERT_TRUE(
        m_jobs.setStatus("ftjob-1", JobStatus::ValidatingFiles, JobStatus::Queued, 101).ok());
    ASSERT_TRUE(m_jobs.setStatus("ftjob-1", JobStatus::Queued, JobStatus::Running, 102).ok());
    EXPECT_EQ(m_jobs.setStatus("ftjob-1", JobStatus::Queued, JobStatus::Running, 103).error().code,
              ErrorCode::Conflict);  // started once
    ASSERT_TRUE(m_jobs.setWorker("ftjob-1", 4711).ok());
    ASSERT_TRUE(m_jobs.setProgress("ftjob-1", 500, 999).ok());
    EXPECT_EQ(m_jobs.find(m_test.seesNorth, "ftjob-1")->workerPid, 4711);
    ASSERT_TRUE(m_jobs.requeue("ftjob-1").ok());
    ASSERT_TRUE(m_jobs.setStatus("ftjob-1", JobStatus::Queued, JobStatus::Running, 110).ok());
    ASSERT_TRUE(m_jobs.setSucceeded("ftjob-1", "ft:base:x", 1234, 120).ok());

    const JobRow job = m_jobs.find(m_test.seesNorth, "ftjob-1").valueOrThrow();
    EXPECT_EQ(job.status, JobStatus::Succeeded);
    EXPECT_EQ(job.fineTunedModel, "ft:base:x");
    EXPECT_EQ(job.trainedTokens, 1234);
    EXPECT_EQ(job.startedAt, 102);
    EXPECT_EQ(job.finishedAt, 120);
    EXPECT_EQ(job.resumeCount, 1);
    EXPECT_EQ(job.seed, 42);
    EXPECT_EQ(job.settings, R"({"max_steps":7})");
    EXPECT_FALSE(job.workerPid.has_value());
    EXPECT_EQ(m_jobs.setFailed("ftjob-1", {"x", "y", {}}, 130).error().code, ErrorCode::Conflict);
    EXPECT_EQ(m_jobs.requestCancel(m_test.seesNorth, "ftjob-1").error().code, ErrorCode::Conflict);
}

TEST_F(TenantRepositoriesTest, AFailedJobSaysWhy) {
    addJob("ftjob-1", m_test.north);
    ASSERT_TRUE(
        m_jobs.setFailed("ftjob-1", {"invalid_file", "line 7 is not JSON", "training_file"}, 130)
            .ok());
    const JobRow job = m_jobs.find(m_test.seesNorth, "ftjob-1").valueOrThrow();
    ASSERT_TRUE(job.failure.has_value());
    EXPECT_EQ(job.failure->code, "invalid_file");
    EXPECT_EQ(job.failure->param, "training_file");
    EXPECT_EQ(job.finishedAt, 130);
    EXPECT_EQ(m_jobs.setFailed("none", {"x", "y", {}}, 1).error().code, ErrorCode::NotFound);
}

TEST_F(TenantRepositoriesTest, AnotherDepartmentsJobIsNotThere) {
    addJob("ftjob-1", m_test.north);
    addJob("ftjob-2", m_test.south);
    ASSERT_TRUE(m_jobs.addEvent("ftjob-1", {.id = "e1", .message = "secret"}).ok());
    EXPECT_EQ(m_jobs.find(m_test.seesSouth, "ftjob-1").error().code, ErrorCode::NotFound);
    EXPECT_EQ(m_jobs.requestCancel(m_test.seesSouth, "ftjob-1").error().code, ErrorCode::NotFound);
    EXPECT_EQ(m_jobs.events(m_test.seesSouth, "ftjob-1", {}).error().code, ErrorCode::NotFound);
    EXPECT_EQ(m_jobs.checkpoints(m_test.seesSouth, "ftjob-1", {}).error().code,
              ErrorCode::NotFound);
    EXPECT_EQ(m_jobs.list(m_test.seesSouth, {}).items.size(), 1u);
    EXPECT_EQ(m_jobs.withStatus(JobStatus::ValidatingFiles).size(), 2u);
    ASSERT_TRUE(m_jobs.requestCancel(m_test.seesNorth, "ftjob-1").ok());
    EXPECT_TRUE(m_jobs.find(m_test.seesNorth, "ftjob-1")->cancelRequested);
}

TEST_F(TenantRepositoriesTest, EventsCountUpAndPage) {
    addJob("ftjob-1", m_test.north);
    addJob("ftjob-2", m_test.north);
    for (int i = 1; i <= 5; ++i) {
        JobEventRow event{.id = "e" + std::to_string(i), .message = "m", .createdAt = i};
        ASSERT_TRUE(m_jobs.addEvent("ftjob-1", event).ok());
    }
    ASSERT_TRUE(m_jobs.addEvent("ftjob-2", {.id = "other", .message = "m"}).ok());
    const auto first = m_jobs.events(m_test.seesNorth, "ftjob-1", {.limit = 3}).valueOrThrow();
    ASSERT_EQ(first.items.size(), 3u);
    EXPECT_TRUE(first.hasMore);
    EXPECT_EQ(first.items[0].seq, 5);
    const auto rest =
        m_jobs.events(m_test.seesNorth, "ftjob-1", {.after = "e3", .limit = 3}).valueOrThrow();
    ASSERT_EQ(rest.items.size(), 2u);
    EXPECT_FALSE(rest.hasMore);
    EXPECT_EQ(rest.items[1].id, "e1");
    EXPECT_EQ(m_jobs.events(m_test.seesNorth, "ftjob-2", {})->items[0].seq, 1);
    EXPECT_FALSE(m_jobs.lastMetrics("ftjob-1").has_value());
    ASSERT_TRUE(m_jobs.addEvent("ftjob-1", {.id = "e6", .type = "metrics", .message = "m"}).ok());
    ASSERT_TRUE(m_jobs.addEvent("ftjob-1", {.id = "e7", .message = "m"}).ok());
    EXPECT_EQ(m_jobs.lastMetrics("ftjob-1")->id, "e6");
    EXPECT_FALSE(m_jobs.lastWarning("ftjob-1").has_value());
    for (const char* id : {"e8", "e9"})
        ASSERT_TRUE(m_jobs.addEvent("ftjob-1", {.id = id, .level = "warn", .message = "m"}).ok());
    ASSERT_TRUE(m_jobs.addEvent("ftjob-1", {.id = "e10", .message = "m"}).ok());
    EXPECT_EQ(m_jobs.lastWarning("ftjob-1")->id, "e9");
    EXPECT_EQ(m_jobs.addEvent("none", {.id = "x"}).error().code, ErrorCode::NotFound);
}

TEST_F(TenantRepositoriesTest, ACheckpointOfTheSameStepIsReplaced) {
    addJob("ftjob-1", m_test.north);
    ASSERT_TRUE(m_jobs.addCheckpoint("ftjob-1", {"c1", 10, "m:10", R"({"step":10})", 5}).ok());
    ASSERT_TRUE(m_jobs.addCheckpoint("ftjob-1", {"c2", 20, "m:20", "{}", 6}).ok());
    ASSERT_TRUE(m_jobs.addCheckpoint("ftjob-1", {"c3", 20, "m:20", "{}", 7}).ok());
    const auto listed = m_jobs.checkpoints(m_test.seesNorth, "ftjob-1", {}).valueOrThrow();
    ASSERT_EQ(listed.items.size(), 2u);
    EXPECT_EQ(listed.items[0].id, "c3");
    EXPECT_EQ(listed.items[1].metrics, R"({"step":10})");
}

TEST(MetricsRepositoryTest, SamplesAndUsageStayInTheirDepartment) {
    const test::TempDir dir;
    const auto database = Connection::open(dir / "m.db", Durability::Normal).valueOrThrow();
    ASSERT_TRUE(migrate(*database, metricsMigrations()).ok());
    MetricsRepository metrics(*database);
    const Owner north{"nora", "north"}, south{"sven", "south"};
    metrics.addSamples({{"j", "loss", north, 1, 10, 2.5},
                        {"j", "loss", north, 2, 20, NAN},
                        {"j", "loss", north, 3, 30, 1.5},
                        {"j", "accuracy", north, 3, 30, 0.5}});
    metrics.addSamples({{"j", "loss", north, 3, 31, 1.25}});
    const auto loss = metrics.samples(Scope::department("north"), "j", "loss");
    ASSERT_EQ(loss.size(), 2u);
    EXPECT_EQ(loss[1].value, 1.25);
    EXPECT_EQ(metrics.samples(Scope::everything(), "j", "loss", 1).size(), 1u);
    EXPECT_TRUE(metrics.samples(Scope::department("south"), "j", "loss").empty());
    const auto every = metrics.curves(Scope::department("north"), "j", -1, 100).samples;
    ASSERT_EQ(every.size(), 3u);
    EXPECT_EQ(every[0].series, "accuracy");
    EXPECT_EQ(every[1].series, "loss");

    metrics.addUsage({{"r1", north, "k", "m", 10, 5, 100, 1000},
                      {"r2", north, "k", "m", 20, 6, 100, 2000},
                      {"r3", south, "k", "m", 40, 7, 100, 1500},
                      {"r4", north, "k", "m", 80, 8, 100, 3000}});
    const auto all = metrics.usageTotals(Scope::everything(), 1000, 3000);
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].promptTokens, 30);
    EXPECT_EQ(all[0].requests, 2);
    const auto own = metrics.usageTotals(Scope::department("south"), 0, 9999);
    ASSERT_EQ(own.size(), 1u);
    EXPECT_EQ(own[0].completionTokens, 7);
}

}  // namespace
}  // namespace hearth::storage
