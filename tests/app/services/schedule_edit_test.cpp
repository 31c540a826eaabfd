// What a change of a schedule does to its starts.
#include "tests/app/services/schedule_fixture.h"

namespace hearth::app {
namespace {

using namespace schedule_test;

class ScheduleEditTest : public ScheduleServiceTest {
protected:
    core::Result<storage::ScheduleRow> edit(const std::string& id, const json& changes) {
        return m_service->edit(m_nora, id, changes.dump());
    }
};

TEST_F(ScheduleEditTest, StartsComeByTheNewTimesAndJobsStay) {
    const std::string id = create(body({{"cron", "0 2 * * *"}}));
    runUntil("2026-01-02T12:00", 30min);
    ASSERT_EQ(jobs().size(), 1u);
    const storage::JobRow before = jobs()[0];
    ASSERT_TRUE(edit(id, {{"when", {{"cron", "0 3 * * *"}}}, {"priority", "high"}}).ok());
    EXPECT_EQ(row(id).nextStart, at("2026-01-03T03:00"));
    runUntil("2026-01-03T12:00", 30min);
    ASSERT_EQ(jobs().size(), 2u);
    EXPECT_EQ(jobs()[0].priority, before.priority);
    EXPECT_EQ(jobs()[0].spec, before.spec);
    EXPECT_EQ(jobs()[1].priority, 1);
    EXPECT_EQ(starts(id)[1].dueAt, at("2026-01-03T03:00"));
}

TEST_F(ScheduleEditTest, OtherFieldsLoseNoStartThatIsDue) {
    const std::string id = create(body({{"cron", "0 2 * * *"}}));
    goTo("2026-01-02T02:00");  // due, and no tick yet
    ASSERT_TRUE(edit(id, {{"name", "other"}, {"overlap", "skip"}}).ok());
    m_service->tick();
    ASSERT_EQ(starts(id).size(), 1u);
    EXPECT_EQ(starts(id)[0].dueAt, at("2026-01-02T02:00"));
    EXPECT_EQ(row(id).name, "other");
}

TEST_F(ScheduleEditTest, APausedOneStaysPausedAndAnEndedOneEnded) {
    const std::string paused = create(body({{"cron", "0 2 * * *"}}));
    ASSERT_TRUE(m_service->pause(m_nora, paused).ok());
    ASSERT_TRUE(edit(paused, {{"when", {{"cron", "0 3 * * *"}}}}).ok());
    EXPECT_EQ(row(paused).status, ScheduleStatus::Paused);
    const std::string once = create(body({{"at", "now"}}));
    m_service->tick();
    EXPECT_EQ(row(once).status, ScheduleStatus::Ended);
    EXPECT_EQ(edit(once, {{"name", "again"}}).error().code, ErrorCode::Conflict);
}

TEST_F(ScheduleEditTest, NoneWaitsForItselfOverOthers) {
    const std::string first = create(body({{"cron", "0 2 * * *"}}));
    const std::string second = create(body({{"after", first}}));
    const std::string third = create(body({{"after", second}}));
    for (const std::string& end : {first, second, third}) {
        const auto refused = edit(first, {{"when", {{"after", end}}}});
        ASSERT_FALSE(refused.ok());
        EXPECT_THAT(refused.error().message, HasSubstr("wait for itself"));
    }
    EXPECT_TRUE(edit(third, {{"when", {{"after", first}}}}).ok());
}

TEST_F(ScheduleEditTest, TheDataSetOfAChangeGoesWithIt) {
    upload("file-1", "a.jsonl", 'a');
    upload("file-2", "b.jsonl", 'b');
    json request = body({{"on_change", "a.jsonl"}});
    request["job"].erase("training_file");
    const std::string id = create(request);
    ASSERT_TRUE(edit(id, {{"when", {{"on_change", "b.jsonl"}}}}).ok());
    m_service->tick();
    EXPECT_TRUE(starts(id).empty());  // b.jsonl as it is now is no change
    upload("file-3", "b.jsonl", 'c');
    m_service->tick();
    ASSERT_EQ(jobs().size(), 1u);
    EXPECT_EQ(jobs()[0].trainingFile, "file-3");
    // By the clock, it goes on with the newest file of that name.
    ASSERT_TRUE(edit(id, {{"when", {{"cron", "0 2 * * *"}}}}).ok());
    runUntil("2026-01-02T03:00", 30min);
    ASSERT_EQ(jobs().size(), 2u);
    EXPECT_EQ(jobs()[1].trainingFile, "file-3");
}

TEST_F(ScheduleEditTest, AJobThatCouldNotRunIsRefused) {
    const std::string id = create(body({{"cron", "0 2 * * *"}}));
    m_refusal = core::Error{ErrorCode::InvalidArgument, "no such model", "model"};
    EXPECT_EQ(edit(id, {{"name", "other"}}).error().message, "no such model");
    EXPECT_EQ(row(id).name, "nightly");
}

}  // namespace
}  // namespace hearth::app
