#include "app/services/jobs/schedule_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "app/services/accounts/scope_of.h"
#include "core/crypto/random.h"
#include "core/log.h"
#include "storage/blob_repository.h"
#include "tests/storage/test_database.h"
#include "tests/support/manual_clock.h"

namespace hearth::app {
namespace {

using core::ErrorCode;
using nlohmann::json;
using storage::JobStatus;
using storage::ScheduleStatus;
using testing::HasSubstr;
using namespace std::chrono_literals;

int64_t at(const char* utc) {
    return core::parseLocal(utc).value().time_since_epoch().count();
}

class ScheduleServiceTest : public testing::Test {
protected:
    ScheduleServiceTest() { restart(); }

    /// As a node that stops and starts again, with or without a clean end.
    void restart() {
        m_service = std::make_unique<ScheduleService>(
            *m_test.control, m_clock,
            [this](const Principal& owner, const JobRequest& request) {
                return prepare(owner, request);
            },
            [this] { ++m_wakes; });
        m_service->recompute();
    }
    core::Result<storage::JobRow> prepare(const Principal& owner, const JobRequest& request) {
        if (m_throw)
            throw core::Exception({ErrorCode::DiskFull, "no room", ""});
        if (m_refusal)
            return *m_refusal;
        return storage::JobRow{.id = m_nextJobId.value_or(core::randomId("ftjob-")),
                               .owner = ownerOf(owner),
                               .status = JobStatus::Queued,
                               .modelId = request.model,
                               .trainingFile = request.trainingFile,
                               .spec = writeJobRequest(request),
                               .createdAt = m_clock.unixSeconds()};
    }
    static Principal user(const storage::Owner& owner) {
        return {PrincipalKind::User,
                owner.userId,
                owner.userId,
                owner.departmentId,
                {core::Permission::RunFineTuning, core::Permission::ReadFineTuning}};
    }
    static json body(const json& when, const json& more = json::object()) {
        json object = {{"name", "nightly"},
                       {"when", when},
                       {"job", {{"model", "base"}, {"training_file", "file-1"}}}};
        object.update(more);
        return object;
    }
    core::Result<storage::ScheduleRow> tryCreate(const json& request) {
        CORE_ASSIGN(const auto parsed, parseScheduleRequest(request.dump()));
        return m_service->create(m_nora, parsed);
    }
    std::string create(const json& request) { return tryCreate(request).valueOrThrow().id; }
    storage::ScheduleRow row(const std::string& id) {
        return m_service->find(m_nora, id).valueOrThrow();
    }
    std::vector<storage::ScheduleStartRow> starts(const std::string& id) {
        return m_service->starts(m_nora, id, {.limit = 5000, .oldestFirst = true})
            .valueOrThrow()
            .items;
    }
    std::vector<storage::JobRow> jobs() {
        return m_jobs.list(m_test.seesAll, {.limit = 5000, .oldestFirst = true}).items;
    }
    void goTo(const char* utc) {
        m_clock.advance(std::chrono::seconds(at(utc) - m_clock.unixSeconds()));
    }
    /// Ticks as the node's thread does, only less often.
    void runUntil(const char* utc, std::chrono::seconds step) {
        while (m_clock.unixSeconds() < at(utc)) {
            m_clock.advance(step);
            m_service->tick();
        }
    }
    void upload(const std::string& id, const std::string& name, char content) {
        const std::string blob = std::string(60, 'b') + std::to_string(1000 + ++m_blobs);
        ASSERT_TRUE(storage::BlobRepository(*m_test.control)
                        .create({blob, m_test.north, std::vector<std::byte>(60), 3, 1})
                        .ok());
        ASSERT_TRUE(m_files
                        .create({.id = id,
                                 .owner = m_test.north,
                                 .blobId = blob,
                                 .filename = name,
                                 .bytes = 3,
                                 .purpose = "fine-tune",
                                 .status = storage::FileStatus::Processed,
                                 .sha256 = std::string(64, content),
                                 .createdAt = m_clock.unixSeconds()})
                        .ok());
    }
    void finish(const std::string& job, JobStatus status) {
        ASSERT_TRUE(
            m_jobs.setStatus(job, JobStatus::Queued, JobStatus::Running, m_clock.unixSeconds()));
        ASSERT_TRUE(m_jobs.setStatus(job, JobStatus::Running, status, m_clock.unixSeconds()).ok());
    }

    storage::TestDatabase m_test;
    test::ManualClock m_clock{at("2026-01-01T12:00")};
    storage::JobRepository m_jobs{*m_test.control};
    storage::FileRepository m_files{*m_test.control};
    storage::ScheduleRepository m_rows{*m_test.control};
    const Principal m_nora = user(m_test.north);
    std::optional<core::Error> m_refusal;
    std::optional<std::string> m_nextJobId;
    bool m_throw = false;
    int m_wakes = 0;
    int m_blobs = 0;
    std::unique_ptr<ScheduleService> m_service;
};

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

TEST_F(ScheduleServiceTest, AStartThatCannotBecomeAJobIsAFailedJob) {
    const std::string id = create(body({{"cron", "0 2 * * *"}}));
    m_refusal = core::Error{ErrorCode::NotFound, "the model 'base' does not exist", "model"};
    goTo("2026-01-02T02:00");
    m_service->tick();
    m_service->tick();
    ASSERT_EQ(jobs().size(), 1u);
    EXPECT_EQ(jobs()[0].status, JobStatus::Failed);
    EXPECT_EQ(jobs()[0].failure->code, "model");
    EXPECT_EQ(jobs()[0].modelId, "base");
    EXPECT_EQ(starts(id)[0].jobId, jobs()[0].id);
    // A request that could not run now is refused at once.
    EXPECT_EQ(tryCreate(body({{"cron", "0 2 * * *"}})).error().context, "model");
}

TEST_F(ScheduleServiceTest, ADisabledUsersSchedulesDoNotRun) {
    create(body({{"cron", "0 2 * * *"}}));
    ASSERT_TRUE(storage::UserRepository(*m_test.control)
                    .setDisabled("nora", true, m_clock.unixSeconds())
                    .ok());
    goTo("2026-01-02T02:00");
    m_service->tick();
    ASSERT_EQ(jobs().size(), 1u);
    EXPECT_EQ(jobs()[0].status, JobStatus::Failed);
    EXPECT_THAT(jobs()[0].failure->message, HasSubstr("disabled"));
}

TEST_F(ScheduleServiceTest, AnotherDepartmentsScheduleIsNotThere) {
    const std::string id = create(body({{"cron", "0 2 * * *"}}));
    const Principal sven = user(m_test.south);
    EXPECT_EQ(m_service->find(sven, id).error().code, ErrorCode::NotFound);
    EXPECT_EQ(m_service->pause(sven, id).error().code, ErrorCode::NotFound);
    EXPECT_EQ(m_service->resume(sven, id).error().code, ErrorCode::NotFound);
    EXPECT_EQ(m_service->remove(sven, id).error().code, ErrorCode::NotFound);
    EXPECT_EQ(m_service->coming(sven, id, 1).error().code, ErrorCode::NotFound);
    EXPECT_EQ(m_service->starts(sven, id, {}).error().code, ErrorCode::NotFound);
    EXPECT_TRUE(m_service->list(sven, {}).items.empty());
    const auto after = parseScheduleRequest(body({{"after", id}}).dump());
    EXPECT_EQ(m_service->create(sven, *after).error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(m_service->list(m_nora, {}).items.size(), 1u);
}

TEST_F(ScheduleServiceTest, ADeletedScheduleLeavesItsJobs) {
    const std::string id = create(body({{"cron", "0 2 * * *"}}));
    goTo("2026-01-02T02:00");
    m_service->tick();
    ASSERT_TRUE(m_service->remove(m_nora, id).ok());
    runUntil("2026-01-04T12:00", 1h);
    EXPECT_EQ(jobs().size(), 1u);
    EXPECT_EQ(m_service->find(m_nora, id).error().code, ErrorCode::NotFound);
}

TEST_F(ScheduleServiceTest, UrgentNeedsThePermissionOfTheNode) {
    const json request = body({{"cron", "0 2 * * *"}}, {{"priority", "urgent"}});
    EXPECT_EQ(tryCreate(request).error().code, ErrorCode::PermissionDenied);
    Principal admin = m_nora;
    admin.permissions.add(core::Permission::ManageNode);
    EXPECT_TRUE(m_service->create(admin, *parseScheduleRequest(request.dump())).ok());
    goTo("2026-01-02T02:00");
    m_service->tick();
    EXPECT_EQ(jobs().at(0).priority, int64_t(JobPriority::Urgent));
}

TEST_F(ScheduleServiceTest, EachStartIsInTheAudit) {
    const std::string id = create(body({{"cron", "0 2 * * *"}}));
    runUntil("2026-01-03T12:00", 1h);
    storage::AuditRepository audit(*m_test.control);
    const auto rows = audit.list(m_test.seesNorth, 0, 10);
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_EQ(rows[0].entry.action, "schedule.start");
    EXPECT_EQ(rows[0].entry.object, id);
    EXPECT_THAT(rows[0].entry.detail, HasSubstr(jobs()[0].id));
    EXPECT_TRUE(audit.verify().ok());
}

TEST_F(ScheduleServiceTest, ComingStartsSayFromWhenTheyRun) {
    // 1 January 2026 is a Thursday.
    const std::string id =
        create(body({{"cron", "0 18 * * *"}},
                    {{"windows", {"weekdays 20:00-06:00"}}, {"blackouts", {"2026-01-02"}}}));
    const auto coming = m_service->coming(m_nora, id, 3).valueOrThrow();
    ASSERT_EQ(coming.size(), 3u);
    EXPECT_EQ(coming[0].at, at("2026-01-01T18:00"));
    EXPECT_EQ(coming[0].runsFrom, at("2026-01-01T20:00"));
    EXPECT_EQ(coming[1].at, at("2026-01-03T18:00"));  // a Saturday
    EXPECT_EQ(coming[1].runsFrom, at("2026-01-05T20:00"));
}

TEST_F(ScheduleServiceTest, OneThatCannotBeReadIsPausedAndHoldsUpNobody) {
    const std::string broken = create(body({{"cron", "0 2 * * *"}}));
    const std::string good = create(body({{"cron", "0 2 * * *"}}));
    m_test.control->execute("UPDATE schedules SET settings = ?2 WHERE id = ?1", broken,
                            R"({"time_zone":"Gone/Away"})");
    m_clock.advance(24h);
    restart();
    m_service->tick();
    EXPECT_EQ(row(broken).status, ScheduleStatus::Paused);
    EXPECT_THAT(*row(broken).note, HasSubstr("there is no time zone 'Gone/Away'"));
    EXPECT_EQ(starts(good).size(), 1u);
    EXPECT_FALSE(m_service->resume(m_nora, broken).ok());
}

struct BadRequest {
    json body;
    const char* param;
    const char* said;
};

TEST_F(ScheduleServiceTest, AWrongRequestIsRefusedWithTheFieldAndWhatItMayBe) {
    const json daily = {{"cron", "0 2 * * *"}};
    for (const auto& [request, param, said] : std::vector<BadRequest>{
             {body({{"cron", "0 25 * * *"}}), "cron", "it may be 0 to 23"},
             {body(json::object()), "when", "when must be one of"},
             {body({{"cron", "0 2 * * *"}, {"at", "now"}}), "when", "when must be one of"},
             {body({{"every", "day"}}), "when", "when must be one of"},
             {body({{"at", "tomorrow"}}), "when", "2026-12-01T02:00"},
             {body({{"at", "2025-12-31T00:00"}}), "when", "no start in the future"},
             {body({{"at", "now"}}, {{"blackouts", {"01-01"}}}), "when", "lies in a blackout"},
             {body({{"at", "2026-12-01Z"}}), "when", "2026-12-01T02:00Z"},
             {body(daily, {{"time_zone", "Mars/Base"}}), "time_zone", "Europe/Berlin"},
             {body(daily, {{"windows", {"at night"}}}), "windows", "weekdays"},
             {body(daily, {{"windows", "20:00-06:00"}}), "windows", "list of texts"},
             {body(daily, {{"blackouts", {"2026-02-30"}}}), "blackouts", "2026-12-24"},
             {body(daily, {{"missed", "maybe"}}), "missed", "once, skip, all"},
             {body(daily, {{"missed_limit", 0}}), "missed_limit", "1"},
             {body(daily, {{"priority", "highest"}}), "priority", "normal, low, high, urgent"},
             {body(daily, {{"retry", {{"data", 1}}}}), "retry", "would fail again"},
             {body(daily, {{"retry", {{"typo", 1}}}}), "retry", "worker_lost"},
             {body(daily, {{"retry", {{"worker_lost", 99}}}}), "worker_lost", "20"},
             {body(daily, {{"data_set", "a.jsonl"}}), "data_set", "either data_set"},
             {body(daily, {{"unknown", 1}}), "unknown", "unknown"},
             {body(daily, {{"job", 5}}), "job", "job must be an object"},
             {body(daily, {{"name", nullptr}}), "name", "name"}}) {
        const auto made = tryCreate(request);
        ASSERT_FALSE(made.ok()) << request;
        EXPECT_EQ(made.error().code, ErrorCode::InvalidArgument) << request;
        EXPECT_EQ(made.error().context, param) << request;
        EXPECT_THAT(made.error().message, HasSubstr(said)) << request;
    }
}

TEST_F(ScheduleServiceTest, SettingsReadBackAsTheyWereWritten) {
    const json more = {{"time_zone", "Europe/Berlin"},
                       {"windows", {"weekdays 20:00-06:00"}},
                       {"blackouts", {"12-24..12-26"}},
                       {"missed", "all"},
                       {"missed_limit", 4},
                       {"overlap", "skip"},
                       {"priority", "low"},
                       {"retry", {{"worker_lost", 7}}},
                       {"after_status", "ended"}};
    const std::string id = create(body({{"cron", "0 2 * * *"}}, more));
    EXPECT_EQ(json::parse(row(id).settings), more);
    EXPECT_EQ(parseScheduleSettings(row(id).settings)->toJson(), row(id).settings);
    m_clock.advance(24h);
    m_service->tick();
    const json calendar = json::parse(jobs().at(0).calendar);
    EXPECT_EQ(calendar.at("windows"), more.at("windows"));
    EXPECT_EQ(calendar.at("retry").at("worker_lost"), 7);
    EXPECT_EQ(jobs()[0].priority, -1);
}

}  // namespace
}  // namespace hearth::app
