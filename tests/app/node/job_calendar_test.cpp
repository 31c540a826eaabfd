// Windows, retries and forecasts of real jobs in a node whose clock is set by hand.
#include <gmock/gmock.h>
#include <signal.h>

#include "tests/app/node/node_fixture.h"
#include "tests/support/manual_clock.h"

namespace hearth::app {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::HasSubstr;
using namespace std::chrono_literals;

class JobCalendarNodeTest : public NodeFixture {
protected:
    void SetUp() override {
        clock = &m_clock;
        NodeFixture::SetUp();
        importReferenceModel();
        m_file = upload("data.jsonl", sampleConversations(12));
    }
    json jobBody(int steps) {
        return {{"model", "tiny"},
                {"seed", 5},
                {"training_file", m_file},
                {"hearth",
                 {{"checkpoint_every", 5},
                  {"batch_tokens", 256},
                  {"max_seq_len", 256},
                  {"max_steps", steps},
                  {"lora", {{"r", 4}}}}}};
    }
    /// Makes a schedule that starts now, and waits for its job.
    std::string startNow(int steps, const json& more) {
        json body = {{"name", "now"}, {"when", {{"at", "now"}}}, {"job", jobBody(steps)}};
        body.update(more);
        const auto schedule = client()->post("/api/v1/schedules", body);
        EXPECT_TRUE(schedule.ok()) << schedule.error().text();
        if (!schedule)
            return "";
        return waitForStart(schedule->at("id"));
    }
    std::string waitForStart(const std::string& schedule) {
        const std::string path = "/api/v1/schedules/" + schedule + "/starts";
        for (int i = 0; i < 30'000; ++i) {
            const auto starts = client()->get(path);
            if (starts && !starts->at("data").empty())
                return starts->at("data")[0].at("job_id");
            std::this_thread::sleep_for(20ms);
        }
        ADD_FAILURE() << "the schedule did not start";
        return "";
    }
    bool said(const std::string& id, const std::string& text) {
        const auto messages = eventMessages(id);
        return std::any_of(messages.begin(), messages.end(),
                           [&](const auto& m) { return m.find(text) != std::string::npos; });
    }
    json waitUntilTrained(const std::string& id) {
        return waitForJob(id, [&](const json& job) {
            const auto list = client()->get("/v1/fine_tuning/jobs/" + id + "/checkpoints");
            return isOver(job) || (list && !list->at("data").empty());
        });
    }
    void cancel(const std::string& id) {
        ASSERT_TRUE(client()->post("/v1/fine_tuning/jobs/" + id + "/cancel", json::object()).ok());
        EXPECT_EQ(waitForJob(id, isOver).at("status"), "cancelled");
    }

    test::ManualClock m_clock{1'767'639'600};  // Monday, 2026-01-05T19:00Z: 20:00 in Berlin
    std::string m_file;
};

TEST_F(JobCalendarNodeTest, AJobStopsWithItsWindowAndGoesOnInTheNext) {
    const std::string id =
        startNow(100'000, {{"time_zone", "Europe/Berlin"}, {"windows", {"weekdays 20:00-06:00"}}});
    ASSERT_EQ(waitUntilTrained(id).at("status"), "running");
    m_clock.advance(10h);  // 06:00 in Berlin
    const json waiting =
        waitForJob(id, [](const json& job) { return isOver(job) || job.at("status") == "queued"; });
    ASSERT_EQ(waiting.at("status"), "queued") << waiting;
    EXPECT_EQ(waiting.at("runnable_from"), 1'767'639'600 + 24 * 3600);
    EXPECT_EQ(waiting.at("retries"), json::object());
    EXPECT_THAT(eventMessages(id), Contains(HasSubstr("going on from the last checkpoint at "
                                                      "2026-01-06T19:00:00Z")));
    // What waits does not hold up others, and a restarted node keeps to the window as well.
    const auto other = client()->post("/v1/fine_tuning/jobs", jobBody(2));
    ASSERT_TRUE(other.ok());
    EXPECT_EQ(waitForJob(other->at("id"), isOver).at("status"), "succeeded");
    stopNode();
    startNode();
    EXPECT_EQ(client()->get("/v1/fine_tuning/jobs/" + id)->at("status"), "queued");
    m_clock.advance(14h);
    waitForJob(id, [&](const json& job) { return isOver(job) || said(id, "resumed after step"); });
    EXPECT_TRUE(said(id, "resumed after step"));
    cancel(id);
}

TEST_F(JobCalendarNodeTest, AStartOutsideOfTheWindowWaits) {
    const std::string id =
        startNow(2, {{"time_zone", "Europe/Berlin"}, {"windows", {"22:00-23:00"}}});
    const json waiting = *client()->get("/v1/fine_tuning/jobs/" + id);
    EXPECT_EQ(waiting.at("status"), "queued");
    EXPECT_EQ(waiting.at("runnable_from"), 1'767'639'600 + 2 * 3600);
    EXPECT_EQ(waiting.at("calendar").at("windows"), json({"22:00-23:00"}));
    m_clock.advance(2h);
    EXPECT_EQ(waitForJob(id, isOver).at("status"), "succeeded");
}

TEST_F(JobCalendarNodeTest, ALostWorkerIsReplacedAsOftenAsTheScheduleSays) {
    const std::string id = startNow(100'000, {{"retry", {{"worker_lost", 1}}}});
    for (int64_t lost = 0; lost < 2; ++lost) {
        pid_t worker = 0;
        waitForJob(id, [&](const json& job) {
            const auto row = node->jobs().find(administrator(), id);
            const bool again = row && row->resumeCount == lost && row->workerPid;
            worker = again ? pid_t(*row->workerPid) : 0;
            if (!again)
                m_clock.advance(100ms);  // the back-off goes by
            return isOver(job) || (again && !job.at("progress").is_null());
        });
        ASSERT_GT(worker, 0);
        ASSERT_EQ(kill(worker, SIGKILL), 0);
    }
    const json job = waitForJob(id, isOver);
    EXPECT_EQ(job.at("status"), "failed");
    EXPECT_EQ(job.at("error").at("code"), "worker_lost");
    EXPECT_EQ(job.at("error").at("message"),
              "the worker was lost (signal 9), also after 1 more try");
    EXPECT_EQ(job.at("retries").at("worker_lost"), 1);
}

TEST_F(JobCalendarNodeTest, AForecastComesFromEarlierRunsOfTheBase) {
    const std::string early = startNow(8, {{"windows", {"22:00-23:00"}}});
    const json unknown = client()->get("/v1/fine_tuning/jobs/" + early)->at("forecast");
    EXPECT_TRUE(unknown.at("end").is_null()) << unknown;  // nothing was measured yet
    EXPECT_TRUE(unknown.at("basis").is_null()) << unknown;
    cancel(early);
    const auto first = client()->post("/v1/fine_tuning/jobs", jobBody(4));
    ASSERT_TRUE(first.ok());
    ASSERT_EQ(waitForJob(first->at("id"), isOver).at("status"), "succeeded");
    EXPECT_TRUE(client()
                    ->get("/v1/fine_tuning/jobs/" + first->at("id").get<std::string>())
                    ->at("forecast")
                    .is_null());

    const std::string id = startNow(8, {{"windows", {"22:00-23:00"}}});
    const json job = *client()->get("/v1/fine_tuning/jobs/" + id);
    ASSERT_FALSE(job.at("forecast").is_null()) << job;
    EXPECT_EQ(job.at("forecast").at("basis"), "earlier_runs");
    EXPECT_EQ(job.at("forecast").at("start"), 1'767'639'600 + 3 * 3600);
    // Eight steps of the length of four that the clock, which stands still, counts as one second.
    EXPECT_EQ(job.at("forecast").at("end"), 1'767'639'600 + 3 * 3600 + 2);
    EXPECT_EQ(job.at("estimated_finish"), job.at("forecast").at("end"));
    cancel(id);
}

TEST_F(JobCalendarNodeTest, ANewFileIsTrainedOnAndWhatComesAfterFollows) {
    json job = jobBody(2);
    job.erase("training_file");
    const auto onData = client()->post(
        "/api/v1/schedules",
        {{"name", "on data"}, {"when", {{"on_change", "data.jsonl"}}}, {"job", job}});
    ASSERT_TRUE(onData.ok()) << onData.error().text();
    const auto after = client()->post(
        "/api/v1/schedules",
        {{"name", "after"}, {"when", {{"after", onData->at("id")}}}, {"job", jobBody(2)}});
    ASSERT_TRUE(after.ok()) << after.error().text();
    const std::string fresh = upload("data.jsonl", sampleConversations(13));
    const std::string first = waitForStart(onData->at("id"));
    EXPECT_EQ(client()->get("/v1/fine_tuning/jobs/" + first)->at("training_file"), fresh);
    EXPECT_EQ(waitForJob(first, isOver).at("status"), "succeeded");
    const json second = waitForJob(waitForStart(after->at("id")), isOver);
    EXPECT_EQ(second.at("status"), "succeeded");
    EXPECT_EQ(second.at("schedule_id"), after->at("id"));
}

TEST_F(JobCalendarNodeTest, ADepartmentThatTrainedMuchWaitsForTheOther) {
    node->data().control().executeScript(
        "INSERT INTO departments(id, name, created_at) VALUES('south', 'South', 1);"
        "INSERT INTO users(id, department_id, name, password_hash, role, created_at) "
        "VALUES('sven', 'south', 'sven', '', 'user', 1);");
    const Principal sven{PrincipalKind::User,
                         "sven",
                         "sven",
                         "south",
                         {core::Permission::UseModels, core::Permission::RunFineTuning}};
    const auto file = node->files().add(sven, "south.jsonl", "fine-tune", sampleConversations(12));
    ASSERT_TRUE(file.ok()) << file.error().text();

    const std::string blocker = client()->post("/v1/fine_tuning/jobs", jobBody(100'000))->at("id");
    ASSERT_EQ(waitUntilTrained(blocker).at("status"), "running");
    const std::string first = client()->post("/v1/fine_tuning/jobs", jobBody(2))->at("id");
    json body = jobBody(2);
    body["training_file"] = file->file.id;
    const auto theirs = node->jobs().create(sven, *parseJobRequest(body.dump()));
    ASSERT_TRUE(theirs.ok()) << theirs.error().text();
    m_clock.advance(1h);  // that the blocker's department has had
    cancel(blocker);
    EXPECT_EQ(waitForJob(first, isOver).at("status"), "succeeded");
    const auto row = node->jobs().find(administrator(), theirs->id);
    ASSERT_EQ(row->status, storage::JobStatus::Succeeded);  // the later one has ended before
    EXPECT_GT(node->jobs().find(administrator(), first)->startedAt, 0);
}

}  // namespace
}  // namespace hearth::app
