#include "storage/schedule_repository.h"

#include <gtest/gtest.h>

#include "storage/job_repository.h"
#include "tests/storage/test_database.h"

namespace hearth::storage {
namespace {

using core::ErrorCode;

class ScheduleRepositoryTest : public ::testing::Test {
protected:
    ScheduleRow add(const std::string& id, const Owner& owner, ScheduleKind kind,
                    std::optional<std::int64_t> next = {}) {
        ScheduleRow row;
        row.id = id;
        row.owner = owner;
        row.name = "nightly";
        row.kind = kind;
        row.startsAt = "0 2 * * *";
        row.settings = R"({"time_zone":"UTC"})";
        row.job = R"({"model":"base"})";
        row.handledUntil = 100;
        row.nextStart = next;
        row.createdAt = 90;
        EXPECT_TRUE(m_schedules.create(row).ok());
        return row;
    }
    core::Status start(const std::string& schedule, const std::string& occurrence,
                       const std::string& id) {
        return m_schedules.addStart({.id = id,
                                     .scheduleId = schedule,
                                     .owner = m_test.north,
                                     .occurrence = occurrence,
                                     .dueAt = 200,
                                     .startedAt = 201,
                                     .jobId = "ftjob-1"});
    }
    std::vector<std::string> due(ScheduleKind kind, std::int64_t now) {
        std::vector<std::string> ids;
        for (const ScheduleRow& row : m_schedules.due(kind, now))
            ids.push_back(row.id);
        return ids;
    }
    using Ids = std::vector<std::string>;

    TestDatabase m_test;
    ScheduleRepository m_schedules{*m_test.control};
};

TEST_F(ScheduleRepositoryTest, AScheduleReadsBackAndChanges) {
    add("s-1", m_test.north, ScheduleKind::Cron, 200);
    ASSERT_TRUE(m_schedules.setHandled("s-1", 200, 300, 2).ok());
    ASSERT_TRUE(m_schedules.setHandled("s-1", 201, 301, 1).ok());
    ASSERT_TRUE(m_schedules.setSeen("s-1", "file-1", "ab").ok());
    ASSERT_TRUE(m_schedules.setStatus("s-1", ScheduleStatus::Ended, "over").ok());
    const ScheduleRow row = m_schedules.find(m_test.seesNorth, "s-1").valueOrThrow();
    EXPECT_EQ(row.owner.userId, "nora");
    EXPECT_EQ(row.name, "nightly");
    EXPECT_EQ(row.kind, ScheduleKind::Cron);
    EXPECT_EQ(row.startsAt, "0 2 * * *");
    EXPECT_EQ(row.settings, R"({"time_zone":"UTC"})");
    EXPECT_EQ(row.job, R"({"model":"base"})");
    EXPECT_EQ(row.handledUntil, 201);
    EXPECT_EQ(row.nextStart, 301);
    EXPECT_EQ(row.missedStarts, 3);
    EXPECT_EQ(row.seenFile, "file-1");
    EXPECT_EQ(row.seenSha256, "ab");
    EXPECT_EQ(row.status, ScheduleStatus::Ended);
    EXPECT_EQ(row.note, "over");
    EXPECT_EQ(m_schedules.setStatus("s-2", ScheduleStatus::Active).error().code,
              ErrorCode::NotFound);
}

TEST_F(ScheduleRepositoryTest, OnlyActiveOnesWhoseTimeHasComeAreDue) {
    add("early", m_test.north, ScheduleKind::Cron, 200);
    add("late", m_test.south, ScheduleKind::Cron, 300);
    add("over", m_test.north, ScheduleKind::Cron);
    add("paused", m_test.north, ScheduleKind::Cron, 100);
    add("data", m_test.north, ScheduleKind::OnChange);
    ASSERT_TRUE(m_schedules.setStatus("paused", ScheduleStatus::Paused).ok());
    EXPECT_EQ(due(ScheduleKind::Cron, 199), Ids{});
    EXPECT_EQ(due(ScheduleKind::Cron, 200), Ids{"early"});
    EXPECT_EQ(due(ScheduleKind::Cron, 300), (Ids{"early", "late"}));
    EXPECT_EQ(due(ScheduleKind::OnChange, 0), Ids{"data"});
    EXPECT_EQ(m_schedules.active().size(), 4u);
}

TEST_F(ScheduleRepositoryTest, AnOccurrenceIsStartedOnce) {
    add("s-1", m_test.north, ScheduleKind::Cron);
    add("s-2", m_test.north, ScheduleKind::Cron);
    EXPECT_TRUE(start("s-1", "monday", "start-1").ok());
    EXPECT_EQ(start("s-1", "monday", "start-2").error().code, ErrorCode::AlreadyExists);
    EXPECT_TRUE(start("s-1", "tuesday", "start-3").ok());
    EXPECT_TRUE(start("s-2", "monday", "start-4").ok());
    EXPECT_EQ(m_schedules.lastStart("s-1")->occurrence, "tuesday");
    EXPECT_EQ(m_schedules.starts(m_test.seesNorth, "s-1", {})->items.size(), 2u);
    EXPECT_EQ(m_schedules.starts(m_test.seesSouth, "s-1", {}).error().code, ErrorCode::NotFound);
    ASSERT_TRUE(m_schedules.remove(m_test.seesNorth, "s-1").ok());
    EXPECT_FALSE(m_schedules.lastStart("s-1"));
    EXPECT_TRUE(m_schedules.lastStart("s-2"));
}

TEST_F(ScheduleRepositoryTest, AnotherDepartmentsScheduleIsNotThere) {
    add("s-1", m_test.north, ScheduleKind::Cron);
    EXPECT_EQ(m_schedules.find(m_test.seesSouth, "s-1").error().code, ErrorCode::NotFound);
    EXPECT_EQ(m_schedules.remove(m_test.seesSouth, "s-1").error().code, ErrorCode::NotFound);
    EXPECT_TRUE(m_schedules.list(m_test.seesSouth, {}).items.empty());
    EXPECT_EQ(m_schedules.list(m_test.seesAll, {}).items.size(), 1u);
}

TEST_F(ScheduleRepositoryTest, JobsThatEndedAreFoundOnce) {
    JobRepository jobs(*m_test.control);
    const auto ended = [&](const std::string& id, const Owner& owner, JobStatus status) {
        JobRow job;
        job.id = id;
        job.owner = owner;
        job.status = JobStatus::Queued;
        job.modelId = "base";
        job.trainingFile = "file-1";
        job.scheduleId = "before";
        ASSERT_TRUE(jobs.create(job).ok());
        ASSERT_TRUE(jobs.setStatus(id, JobStatus::Queued, status, 150).ok());
    };
    ScheduleRow row = add("s-1", m_test.north, ScheduleKind::After);
    row.startsAt = "before";
    ended("good", m_test.north, JobStatus::Succeeded);
    ended("bad", m_test.north, JobStatus::Failed);
    ended("theirs", m_test.south, JobStatus::Succeeded);
    EXPECT_EQ(m_schedules.endedBefore(row, true).size(), 1u);
    EXPECT_EQ(m_schedules.endedBefore(row, false).size(), 2u);
    ASSERT_TRUE(start("s-1", "after:good", "start-1").ok());
    EXPECT_TRUE(m_schedules.endedBefore(row, true).empty());
    row.handledUntil = 151;
    EXPECT_TRUE(m_schedules.endedBefore(row, false).empty());
    EXPECT_EQ(m_schedules.openJobs("before"), 0);
}

}  // namespace
}  // namespace hearth::storage
