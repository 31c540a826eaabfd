// A job from its request to the adapter that is served, and what stops it between.
#include <signal.h>

#include "tests/app/node/job_fixture.h"

namespace hearth::app {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::HasSubstr;

TEST_F(JobTest, ASucceededJobServesItsAdapter) {
    const std::string id = createJob({{"max_steps", 4}});
    const json job = waitForJob(id, isOver);
    ASSERT_EQ(job.at("status"), "succeeded") << job;
    const std::string model = job.at("fine_tuned_model");
    EXPECT_THAT(model, testing::StartsWith("ft:tiny:"));
    const auto answer =
        client()->post("/v1/chat/completions",
                       {{"model", model}, {"messages", userMessage("Hi")}, {"max_tokens", 4}});
    EXPECT_TRUE(answer.ok()) << answer.error().text();

    EXPECT_TRUE(job.at("started_at").is_number());
    EXPECT_TRUE(job.at("progress").is_null());  // only while it runs
    EXPECT_EQ(job.at("hearth").at("max_steps"), 4);
    EXPECT_EQ(job.at("hearth").at("lora").at("r"), 4);
    EXPECT_GT(job.at("hearth").at("learning_rate"), 0);

    const std::string curves = "/api/v1/jobs/" + id + "/metrics";
    const json series = client()->get(curves)->at("series");
    for (const char* name : {"train_loss", "learning_rate", "tokens_per_s"}) {
        EXPECT_EQ(series.at(name).at("steps"), json({1, 2, 3, 4})) << name;
        EXPECT_EQ(series.at(name).at("values").size(), 4u) << name;
        EXPECT_EQ(series.at(name).at("times_ms").size(), 4u) << name;
    }
    EXPECT_EQ(client()->get(curves + "?after=3")->at("series").at("train_loss").at("steps"),
              json({4}));
    EXPECT_TRUE(client()->get(curves + "?after=4")->at("series").empty());
    EXPECT_EQ(client()->get(curves)->at("has_more"), false);
    const json begun = *client()->get(curves + "?limit=1");
    EXPECT_EQ(begun.at("has_more"), true);
    EXPECT_EQ(begun.at("series").at("train_loss").at("steps"), json({1}));
    const std::string rest = "?after=" + std::to_string(begun.at("last_step").get<int64_t>());
    EXPECT_EQ(client()->get(curves + rest)->at("series").at("train_loss").at("steps"),
              json({2, 3, 4}));
    const auto events = client()->download("/api/v1/jobs/" + id + "/tensorboard");
    ASSERT_TRUE(events.ok()) << events.error().text();
    EXPECT_THAT(*events, HasSubstr("brain.Event:2"));
    for (const auto& curve : series.items())
        EXPECT_THAT(*events, HasSubstr(curve.key()));

    stopNode();
    startNode();
    // What it can be verified by.
    EXPECT_FALSE(std::filesystem::exists(dataDirectory / "jobs" / id / "result"));
    EXPECT_TRUE(std::filesystem::exists(dataDirectory / "jobs" / id / "checkpoints"));
    EXPECT_TRUE(client()
                    ->post("/v1/chat/completions",
                           {{"model", model}, {"messages", userMessage("Hi")}, {"max_tokens", 4}})
                    .ok());
}

TEST_F(JobTest, AnAdapterWaitsForABaseThatWasUnloaded) {
    const std::string id = createJob({{"max_steps", 4}});
    ASSERT_TRUE(client()->post("/api/v1/models/tiny/unload", json::object()).ok());
    const json job = waitForJob(id, isOver);
    ASSERT_EQ(job.at("status"), "succeeded") << job;
    const json chat = {
        {"model", job.at("fine_tuned_model")}, {"messages", userMessage("Hi")}, {"max_tokens", 2}};
    EXPECT_EQ(client()->post("/v1/chat/completions", chat).error().code, core::ErrorCode::NotFound);
    ASSERT_TRUE(client()->post("/api/v1/models/tiny/load", json::object()).ok());
    EXPECT_TRUE(client()->post("/v1/chat/completions", chat).ok());
}

TEST_F(JobTest, AKilledWorkerResumesFromItsCheckpoint) {
    const std::string id = createJob({{"max_steps", kEndless}});
    const pid_t worker = runningWorker(id);
    ASSERT_GT(worker, 0);
    ASSERT_EQ(kill(worker, SIGKILL), 0);
    waitForJob(id, [&](const json&) {
        const auto row = node->jobs().find(administrator(), id);
        return row && row->resumeCount == 1 && row->workerPid;
    });
    waitForJob(id, [&](const json& job) {
        const auto messages = eventMessages(id);
        return isOver(job) || std::any_of(messages.begin(), messages.end(), [](auto& m) {
                   return m.find("resumed after step") != std::string::npos;
               });
    });
    ASSERT_TRUE(client()->post("/v1/fine_tuning/jobs/" + id + "/cancel", json::object()).ok());
    EXPECT_EQ(waitForJob(id, isOver).at("status"), "cancelled");
    EXPECT_THAT(eventMessages(id), Contains(HasSubstr("signal 9")));
}

TEST_F(JobTest, ARestartedNodeGoesOnWithItsJobs) {
    const std::string id = createJob({{"max_steps", kEndless}});
    ASSERT_GT(runningWorker(id), 0);
    stopNode();
    startNode();
    waitForJob(id, [&](const json& job) {
        const auto messages = eventMessages(id);
        return isOver(job) || std::any_of(messages.begin(), messages.end(), [](auto& m) {
                   return m.find("resumed after step") != std::string::npos;
               });
    });
    ASSERT_TRUE(client()->post("/v1/fine_tuning/jobs/" + id + "/cancel", json::object()).ok());
    EXPECT_EQ(waitForJob(id, isOver).at("status"), "cancelled");
}

TEST_F(JobTest, ARunningJobSaysHowFarItIs) {
    const std::string id = createJob({{"max_steps", kEndless}});
    const json job = waitForJob(
        id, [](const json& job) { return isOver(job) || !job.at("progress").is_null(); });
    ASSERT_EQ(job.at("status"), "running") << job;
    const json& progress = job.at("progress");
    EXPECT_GE(progress.at("step"), 1);
    EXPECT_EQ(progress.at("total_steps"), kEndless);
    EXPECT_GT(progress.at("tokens_per_s"), 0);
    EXPECT_GE(progress.at("eta_s"), 0);
    ASSERT_TRUE(client()->post("/v1/fine_tuning/jobs/" + id + "/cancel", json::object()).ok());
    waitForJob(id, isOver);
    EXPECT_EQ(client()->download("/api/v1/jobs/ftjob-none/tensorboard").error().code,
              core::ErrorCode::NotFound);
    EXPECT_EQ(client()->get("/api/v1/jobs/ftjob-none/metrics").error().code,
              core::ErrorCode::NotFound);
}

TEST_F(JobTest, CheckpointsAreSealed) {
    const std::string id = createJob({{"max_steps", kEndless}});
    ASSERT_GT(runningWorker(id), 0);
    int sealed = 0;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(dataDirectory / "jobs" / id))
        if (entry.path().extension() == ".safetensors" && core::isSealedFile(entry.path()))
            ++sealed;
    EXPECT_GT(sealed, 0);
    ASSERT_TRUE(client()->post("/v1/fine_tuning/jobs/" + id + "/cancel", json::object()).ok());
    waitForJob(id, isOver);
}

TEST_F(JobTest, AWaitingJobIsCancelledAtOnce) {
    const std::string first = createJob({{"max_steps", kEndless}});
    const std::string second = createJob({{"max_steps", kEndless}});
    const auto cancelled =
        client()->post("/v1/fine_tuning/jobs/" + second + "/cancel", json::object());
    ASSERT_TRUE(cancelled.ok()) << cancelled.error().text();
    EXPECT_EQ(cancelled->at("status"), "cancelled");
    const auto curves = client()->download("/api/v1/jobs/" + second + "/tensorboard");
    EXPECT_EQ(curves.error().code, core::ErrorCode::Conflict);
    EXPECT_THAT(curves.error().message, HasSubstr("no curves yet"));
    ASSERT_TRUE(client()->post("/v1/fine_tuning/jobs/" + first + "/cancel", json::object()).ok());
    EXPECT_EQ(waitForJob(first, isOver).at("status"), "cancelled");
    EXPECT_FALSE(client()->post("/v1/fine_tuning/jobs/" + first + "/cancel", json::object()).ok());
}

TEST_F(JobTest, AModelThatCannotBeTunedIsRefusedWhenTheJobIsCreated) {
    const auto added = client()->post(
        "/api/v1/models",
        {{"name", "other"},
         {"path", std::string(HEARTH_TEST_DATA_DIR) + "/reference/models/deepseek_v32"}});
    ASSERT_TRUE(added.ok()) << added.error().text();
    EXPECT_EQ(client()->get("/api/v1/models/other")->at("tunable"), false);
    json body = jobBody(json::object());
    body["model"] = "other";
    const auto job = client()->post("/v1/fine_tuning/jobs", body);
    ASSERT_FALSE(job.ok());
    EXPECT_EQ(job.error().code, core::ErrorCode::InvalidArgument);
    EXPECT_THAT(job.error().message,
                HasSubstr("DeepseekV32ForCausalLM chooses its keys by an indexer"));
}

TEST_F(JobTest, WrongSettingsAreRefusedWhenTheJobIsCreated) {
    for (const json& settings :
         {json{{"learning_rate", -1}}, json{{"no_such_setting", 1}}, json{{"lora", {{"r", 0}}}}}) {
        const auto job = client()->post("/v1/fine_tuning/jobs", jobBody(settings));
        ASSERT_FALSE(job.ok()) << settings;
        EXPECT_EQ(job.error().code, core::ErrorCode::InvalidArgument) << settings;
    }
    json body = jobBody(json::object());
    body["training_file"] = "file-none";
    EXPECT_FALSE(client()->post("/v1/fine_tuning/jobs", body).ok());
    body = jobBody(json::object());
    body["model"] = "nobody";
    EXPECT_EQ(client()->post("/v1/fine_tuning/jobs", body).error().code, core::ErrorCode::NotFound);
}

}  // namespace
}  // namespace hearth::app
