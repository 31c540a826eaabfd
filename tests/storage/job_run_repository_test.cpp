#include "storage/job_run_repository.h"

#include <gtest/gtest.h>

#include "tests/storage/test_database.h"

namespace hearth::storage {
namespace {

class JobRunRepositoryTest : public ::testing::Test {
protected:
    JobRow job(const std::string& id, const Owner& owner, std::int64_t planned = 0) {
        JobRow row;
        row.id = id;
        row.owner = owner;
        row.status = JobStatus::Running;
        row.modelId = "base";
        row.trainingFile = "file-1";
        row.plannedTokens = planned;
        EXPECT_TRUE(m_jobs.create(row).ok());
        return row;
    }

    TestDatabase m_test;
    JobRepository m_jobs{*m_test.control};
    JobRunRepository m_runs{*m_test.control};
};

TEST_F(JobRunRepositoryTest, SumsWhatDepartmentsUsedSinceThen) {
    const JobRow north = job("n", m_test.north);
    const JobRow south = job("s", m_test.south);
    m_runs.end(m_runs.begin(north, 100), 150, 10, "exit status 0");  // before
    m_runs.end(m_runs.begin(north, 180), 230, 10, "exit status 0");  // half of it
    m_runs.end(m_runs.begin(north, 300), 340, 10, "exit status 0");
    m_runs.begin(south, 390);  // goes on
    const auto used = m_runs.usedSeconds(200, 400);
    EXPECT_EQ(used.at("north"), 30 + 40);
    EXPECT_EQ(used.at("south"), 10);
    EXPECT_EQ(m_runs.openSince("s"), 390);
    EXPECT_FALSE(m_runs.openSince("n"));
}

TEST_F(JobRunRepositoryTest, ARunThatTheNodeLeftOpenEndsWithItsLastEvent) {
    const JobRow north = job("n", m_test.north);
    const JobRow south = job("s", m_test.south);
    m_runs.begin(north, 100);
    m_runs.begin(south, 100);
    ASSERT_TRUE(m_jobs.addEvent("n", {.id = "e", .createdAt = 160}).ok());
    m_runs.closeOpen();
    const auto used = m_runs.usedSeconds(0, 1000);
    EXPECT_EQ(used.at("north"), 60);
    EXPECT_FALSE(used.count("south") && used.at("south") > 0);
}

TEST_F(JobRunRepositoryTest, MeasuresABasesSpeedAndHowFarPlansAreOff) {
    EXPECT_FALSE(m_runs.speedOf("base"));
    const JobRow first = job("1", m_test.north, 1000);
    m_runs.end(m_runs.begin(first, 100), 110, 200, "signal 9");
    EXPECT_DOUBLE_EQ(m_runs.speedOf("base")->tokensPerSecond, 20);
    EXPECT_DOUBLE_EQ(m_runs.speedOf("base")->tokensPerPlanned, 1);
    m_runs.end(m_runs.begin(first, 120), 150, 600, "exit status 0");
    ASSERT_TRUE(m_jobs.setSucceeded("1", "ft:base:1", 800, 150).ok());
    EXPECT_DOUBLE_EQ(m_runs.speedOf("base")->tokensPerSecond, 800.0 / 40);
    EXPECT_DOUBLE_EQ(m_runs.speedOf("base")->tokensPerPlanned, 0.8);
    // Only the last ten count.
    const JobRow later = job("2", m_test.south, 0);
    for (int i = 0; i < 10; ++i)
        m_runs.end(m_runs.begin(later, 200), 201, 7, "exit status 0");
    EXPECT_DOUBLE_EQ(m_runs.speedOf("base")->tokensPerSecond, 7);
    EXPECT_FALSE(m_runs.speedOf("other"));
}

TEST_F(JobRunRepositoryTest, AJobWaitsForItsNextTryAndKeepsItsCounts) {
    job("1", m_test.north);
    ASSERT_TRUE(m_jobs.requeue("1", 500, R"({"worker_lost":1})").ok());
    JobRow row = m_jobs.find(m_test.seesAll, "1").valueOrThrow();
    EXPECT_EQ(row.status, JobStatus::Queued);
    EXPECT_EQ(row.notBefore, 500);
    EXPECT_EQ(row.retries, R"({"worker_lost":1})");
    EXPECT_EQ(row.resumeCount, 1);
    ASSERT_TRUE(m_jobs.setStatus("1", JobStatus::Queued, JobStatus::Running, 600).ok());
    ASSERT_TRUE(m_jobs.putBack("1").ok());
    row = m_jobs.find(m_test.seesAll, "1").valueOrThrow();
    EXPECT_EQ(row.retries, R"({"worker_lost":1})");
    EXPECT_EQ(row.resumeCount, 1);
    EXPECT_FALSE(m_jobs.putBack("1").ok());
}

}  // namespace
}  // namespace hearth::storage
