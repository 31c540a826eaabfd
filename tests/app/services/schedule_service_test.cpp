// When jobs start.
#include "tests/app/services/schedule_fixture.h"

namespace hearth::app {
namespace {

using namespace schedule_test;

TEST_F(ScheduleServiceTest, StartsOneJobForEachOccurrence) {
    const std::string id = create(body({{"cron", "30 2 * * *"}}, {{"time_zone", "Asia/Seoul"}}));
    EXPECT_EQ(row(id).nextStart, at("2026-01-01T17:30"));
    runUntil("2026-01-04T12:00", 1min);
    const auto all = starts(id);
    ASSERT_EQ(all.size(), 3u);
    EXPECT_EQ(all[0].dueAt, at("2026-01-01T17:30"));
    EXPECT_EQ(all[2].dueAt, at("2026-01-03T17:30"));
    ASSERT_EQ(jobs().size(), 3u);
    EXPECT_EQ(jobs()[1].id, all[1].jobId);
    EXPECT_EQ(jobs()[1].scheduleId, id);
    EXPECT_EQ(jobs()[1].owner.departmentId, "north");
    EXPECT_EQ(jobs()[1].createdAt, at("2026-01-02T17:30"));
    EXPECT_EQ(m_wakes, 3);
    EXPECT_EQ(row(id).nextStart, at("2026-01-04T17:30"));
    EXPECT_EQ(row(id).missedStarts, 0);
}

// Two years with every change of the clocks in them; a tick every half hour, a restart every day.
TEST_F(ScheduleServiceTest, EveryNightOfTwoYearsHasOneStartInEachZone) {
    core::initLogging({.level = core::LogLevel::Off}).orThrow();
    std::map<std::string, std::string> ids;
    for (const char* zone : {"Europe/Berlin", "Australia/Lord_Howe", "Asia/Seoul"})
        ids[zone] = create(body({{"cron", "15 2 * * *"}}, {{"time_zone", zone}}));
    constexpr int kDays = 730;
    for (int day = 0; day < kDays; ++day) {
        restart();
        m_test.control->execute("UPDATE jobs SET status = 'succeeded', finished_at = 1");
        for (int tick = 0; tick < 48; ++tick) {
            m_clock.advance(30min);
            m_service->tick();
        }
    }
    for (const auto& [zone, id] : ids) {
        const auto clocks = core::TimeZone::find(zone).valueOrThrow();
        std::set<std::chrono::local_days> days;
        const auto all = starts(id);
        for (const auto& start : all)
            days.insert(std::chrono::floor<std::chrono::days>(
                clocks->toLocal(std::chrono::sys_seconds(std::chrono::seconds(start.dueAt)))));
        EXPECT_EQ(all.size(), size_t(kDays)) << zone;
        EXPECT_EQ(days.size(), size_t(kDays)) << zone;
        EXPECT_EQ(*days.rbegin() - *days.begin(), std::chrono::days(kDays - 1)) << zone;
        EXPECT_EQ(row(id).missedStarts, 0) << zone;
    }
    EXPECT_EQ(m_wakes, 3 * kDays);
}

TEST_F(ScheduleServiceTest, MissedStartsFollowThePolicy) {
    const std::string once = create(body({{"cron", "0 2 * * *"}}));
    const std::string skip = create(body({{"cron", "0 2 * * *"}}, {{"missed", "skip"}}));
    const std::string all =
        create(body({{"cron", "0 2 * * *"}}, {{"missed", "all"}, {"missed_limit", 3}}));
    goTo("2026-01-06T12:00");  // five nights without a node
    restart();
    m_service->tick();
    m_service->tick();
    ASSERT_EQ(starts(once).size(), 1u);
    EXPECT_EQ(starts(once)[0].dueAt, at("2026-01-06T02:00"));
    EXPECT_EQ(row(once).missedStarts, 4);
    EXPECT_TRUE(starts(skip).empty());
    EXPECT_EQ(row(skip).missedStarts, 5);
    ASSERT_EQ(starts(all).size(), 3u);
    EXPECT_EQ(starts(all)[0].dueAt, at("2026-01-04T02:00"));
    EXPECT_EQ(row(all).missedStarts, 2);
    runUntil("2026-01-07T03:00", 1min);
    EXPECT_EQ(starts(once).size(), 2u);
    EXPECT_EQ(starts(skip).size(), 1u);
    EXPECT_EQ(starts(all).size(), 4u);
}

TEST_F(ScheduleServiceTest, ACrashAfterTheStartDoesNotRepeatIt) {
    const std::string id = create(body({{"cron", "0 2 * * *"}}));
    goTo("2026-01-02T02:00");
    m_service->tick();
    ASSERT_EQ(jobs().size(), 1u);
    // The job's transaction is there, the schedule's is not.
    ASSERT_TRUE(m_rows.setHandled(id, at("2026-01-01T12:00"), at("2026-01-02T02:00")).ok());
    restart();
    m_service->tick();
    EXPECT_EQ(jobs().size(), 1u);
    EXPECT_EQ(starts(id).size(), 1u);
    EXPECT_EQ(row(id).nextStart, at("2026-01-03T02:00"));
}

TEST_F(ScheduleServiceTest, ACrashBeforeTheJobIsStoredLosesNoStart) {
    const std::string id = create(body({{"cron", "0 2 * * *"}}));
    const std::string other = create(body({{"cron", "0 2 * * *"}}));
    goTo("2026-01-02T02:00");
    m_throw = true;
    m_service->tick();
    EXPECT_TRUE(jobs().empty());
    EXPECT_TRUE(starts(id).empty());
    m_throw = false;
    // The occurrence's row is written, the job's fails: neither stays.
    m_nextJobId = "ftjob-same";
    m_service->tick();
    EXPECT_EQ(starts(id).size(), 1u);
    EXPECT_TRUE(starts(other).empty());
    m_nextJobId.reset();
    restart();
    m_service->tick();
    EXPECT_EQ(starts(id).size(), 1u);
    EXPECT_EQ(starts(other).size(), 1u);
    EXPECT_EQ(jobs().size(), 2u);
}

TEST_F(ScheduleServiceTest, AClockThatIsSetBackStartsNothingTwice) {
    const std::string id = create(body({{"cron", "0 2 * * *"}}));
    goTo("2026-01-02T02:00");
    m_service->tick();
    goTo("2026-01-02T01:30");
    runUntil("2026-01-02T03:00", 1min);
    EXPECT_EQ(starts(id).size(), 1u);
}

TEST_F(ScheduleServiceTest, AOneOffEndsWithItsStart) {
    const std::string id =
        create(body({{"at", "2026-03-29T02:30"}}, {{"time_zone", "Europe/Berlin"}}));
    const std::string now = create(body({{"at", "now"}}));
    m_service->tick();
    EXPECT_EQ(starts(now).size(), 1u);
    EXPECT_EQ(row(now).status, ScheduleStatus::Ended);
    goTo("2026-03-29T00:59");
    m_service->tick();
    EXPECT_TRUE(starts(id).empty());
    goTo("2026-03-29T01:00");
    m_service->tick();
    ASSERT_EQ(starts(id).size(), 1u);
    EXPECT_EQ(row(id).status, ScheduleStatus::Ended);
    EXPECT_FALSE(row(id).note);
    EXPECT_EQ(m_service->resume(m_nora, id).error().code, ErrorCode::Conflict);

    const std::string missed = create(body({{"at", "2026-04-01T00:00"}}, {{"missed", "skip"}}));
    goTo("2026-04-02T00:00");
    m_service->tick();
    EXPECT_EQ(row(missed).status, ScheduleStatus::Ended);
    EXPECT_EQ(row(missed).note, "its start was missed");
}

TEST_F(ScheduleServiceTest, NowIsNowAlsoWhileAnHourIsRepeated) {
    goTo("2026-10-25T01:20");  // the second 02:20 in Berlin
    const std::string now = create(body({{"at", "now"}}, {{"time_zone", "Europe/Berlin"}}));
    const std::string utc =
        create(body({{"at", "2026-10-25T01:30Z"}}, {{"time_zone", "Europe/Berlin"}}));
    m_service->tick();
    ASSERT_EQ(starts(now).size(), 1u);
    EXPECT_EQ(starts(now)[0].dueAt, at("2026-10-25T01:20"));
    EXPECT_TRUE(starts(utc).empty());
    runUntil("2026-10-25T02:00", 1min);
    ASSERT_EQ(starts(utc).size(), 1u);
    EXPECT_EQ(starts(utc)[0].dueAt, at("2026-10-25T01:30"));
}

TEST_F(ScheduleServiceTest, StartsAfterAJob) {
    const std::string first = create(body({{"at", "now"}}));
    m_service->tick();
    const std::string job = jobs().at(0).id;
    const std::string good = create(body({{"after", job}}));
    const std::string any = create(body({{"after", job}}, {{"after_status", "ended"}}));
    const std::string each = create(body({{"after", first}}));
    m_service->tick();
    EXPECT_EQ(jobs().size(), 1u);
    m_clock.advance(1h);
    finish(job, JobStatus::Failed);
    m_service->tick();
    m_service->tick();
    EXPECT_TRUE(starts(good).empty());
    EXPECT_EQ(row(good).status, ScheduleStatus::Ended);
    EXPECT_EQ(row(good).note, "the job that it was to start after has failed");
    EXPECT_EQ(starts(any).size(), 1u);
    EXPECT_EQ(row(any).status, ScheduleStatus::Ended);
    EXPECT_TRUE(starts(each).empty());
    EXPECT_EQ(row(each).note, "the schedule that it started after has ended");
}

TEST_F(ScheduleServiceTest, StartsAfterEachJobOfASchedule) {
    const std::string first = create(body({{"cron", "0 2 * * *"}}));
    const std::string second = create(body({{"after", first}}));
    for (int day = 0; day < 3; ++day) {
        m_clock.advance(24h);
        m_service->tick();
        finish(jobs().back().id, JobStatus::Succeeded);
        restart();
        m_service->tick();
        m_service->tick();
    }
    EXPECT_EQ(starts(first).size(), 3u);
    EXPECT_EQ(starts(second).size(), 3u);
    EXPECT_EQ(tryCreate(body({{"after", "sched-none"}})).error().code, ErrorCode::InvalidArgument);
}

TEST_F(ScheduleServiceTest, WhatStartsAfterAScheduleEndsWithIt) {
    const std::string first = create(body({{"at", "2026-01-01T13:00"}}));
    const std::string second = create(body({{"after", first}}));
    const std::string third = create(body({{"cron", "0 2 * * *"}}));
    const std::string fourth = create(body({{"after", third}}));
    m_clock.advance(1h);
    m_service->tick();
    m_service->tick();
    EXPECT_EQ(row(first).status, ScheduleStatus::Ended);
    EXPECT_EQ(row(second).status, ScheduleStatus::Active);  // the job has not ended
    finish(jobs().back().id, JobStatus::Succeeded);
    m_service->tick();
    EXPECT_EQ(starts(second).size(), 1u);
    EXPECT_EQ(row(second).status, ScheduleStatus::Ended);
    EXPECT_EQ(row(second).note, "the schedule that it started after has ended");
    ASSERT_TRUE(m_service->remove(m_nora, third).ok());
    m_service->tick();
    EXPECT_EQ(row(fourth).status, ScheduleStatus::Ended);
    EXPECT_EQ(row(fourth).note, "the schedule that it started after has been deleted");
}

TEST_F(ScheduleServiceTest, AMistakeDoesNotFillTheQueue) {
    const std::string id = create(body({{"cron", "* * * * *"}}));
    runUntil("2026-01-01T13:00", 1min);
    EXPECT_EQ(starts(id).size(), 60u);
    EXPECT_EQ(jobs().size(), 20u);
    EXPECT_TRUE(starts(id)[19].jobId);
    EXPECT_FALSE(starts(id)[20].jobId);
}

TEST_F(ScheduleServiceTest, StartsWhenADataSetChanges) {
    const json request = {
        {"name", "on data"}, {"when", {{"on_change", "door.jsonl"}}}, {"job", {{"model", "base"}}}};
    EXPECT_THAT(tryCreate(request).error().message, HasSubstr("upload it first"));
    upload("file-a", "door.jsonl", 'a');
    const std::string id = create(request);
    m_service->tick();
    EXPECT_TRUE(starts(id).empty());
    m_clock.advance(1min);
    upload("file-same", "door.jsonl", 'a');
    upload("file-other", "window.jsonl", 'x');
    m_service->tick();
    EXPECT_TRUE(starts(id).empty());
    m_clock.advance(1min);
    upload("file-b", "door.jsonl", 'b');
    upload("file-c", "door.jsonl", 'c');
    m_service->tick();
    restart();
    m_service->tick();
    ASSERT_EQ(starts(id).size(), 1u);
    EXPECT_EQ(jobs().at(0).trainingFile, "file-c");
    // Deleting the newest brings an older one back, which is no change.
    ASSERT_TRUE(m_files.remove(m_test.seesAll, "file-c").ok());
    m_clock.advance(1min);
    m_service->tick();
    EXPECT_EQ(starts(id).size(), 1u);
    // What came while it was paused is left out.
    ASSERT_TRUE(m_service->pause(m_nora, id).ok());
    upload("file-d", "door.jsonl", 'd');
    m_clock.advance(1min);
    m_service->tick();
    ASSERT_TRUE(m_service->resume(m_nora, id).ok());
    m_service->tick();
    EXPECT_EQ(starts(id).size(), 1u);
    m_clock.advance(1min);
    upload("file-e", "door.jsonl", 'e');
    m_service->tick();
    EXPECT_EQ(starts(id).size(), 2u);
}

TEST_F(ScheduleServiceTest, ADataSetStandsForItsNewestFile) {
    upload("file-a", "door.jsonl", 'a');
    const std::string id = create({{"name", "n"},
                                   {"when", {{"cron", "0 2 * * *"}}},
                                   {"data_set", "door.jsonl"},
                                   {"job", {{"model", "base"}}}});
    m_clock.advance(24h);
    m_service->tick();
    upload("file-b", "door.jsonl", 'b');
    m_clock.advance(24h);
    m_service->tick();
    ASSERT_TRUE(m_files.remove(m_test.seesAll, "file-a").ok());
    ASSERT_TRUE(m_files.remove(m_test.seesAll, "file-b").ok());
    m_clock.advance(24h);
    m_service->tick();
    ASSERT_EQ(jobs().size(), 3u);
    EXPECT_EQ(jobs()[0].trainingFile, "file-a");
    EXPECT_EQ(jobs()[1].trainingFile, "file-b");
    EXPECT_EQ(jobs()[2].status, JobStatus::Failed);
    EXPECT_EQ(jobs()[2].failure->message, "there is no file named 'door.jsonl' any more");
}

TEST_F(ScheduleServiceTest, APausedScheduleStartsNothingAndMakesUpForNothing) {
    const std::string id = create(body({{"cron", "0 2 * * *"}}));
    ASSERT_TRUE(m_service->pause(m_nora, id).ok());
    runUntil("2026-01-04T12:00", 1h);
    EXPECT_TRUE(starts(id).empty());
    EXPECT_TRUE(m_service->coming(m_nora, id, 3)->empty());
    ASSERT_TRUE(m_service->resume(m_nora, id).ok());
    m_service->tick();
    EXPECT_TRUE(starts(id).empty());
    EXPECT_EQ(row(id).nextStart, at("2026-01-05T02:00"));
    runUntil("2026-01-05T12:00", 1h);
    EXPECT_EQ(starts(id).size(), 1u);
}

TEST_F(ScheduleServiceTest, AnOverlapIsQueuedOrLeftOut) {
    const std::string queue = create(body({{"cron", "0 2 * * *"}}));
    const std::string skip = create(body({{"cron", "0 2 * * *"}}, {{"overlap", "skip"}}));
    runUntil("2026-01-03T12:00", 1h);
    EXPECT_EQ(starts(queue).size(), 2u);
    ASSERT_EQ(starts(skip).size(), 2u);
    EXPECT_TRUE(starts(skip)[0].jobId);
    EXPECT_FALSE(starts(skip)[1].jobId);
    finish(*starts(skip)[0].jobId, JobStatus::Succeeded);
    runUntil("2026-01-04T12:00", 1h);
    EXPECT_TRUE(starts(skip)[2].jobId);
}

}  // namespace
}  // namespace hearth::app
