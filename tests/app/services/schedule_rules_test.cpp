// Who may have schedules, what is refused, and what is kept.
#include "tests/app/services/schedule_fixture.h"

namespace hearth::app {
namespace {

using namespace schedule_test;

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
