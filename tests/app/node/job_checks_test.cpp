// What can be asked of a job beside its training: a probe before, its record and verification
// after.
#include "tests/app/node/job_fixture.h"

namespace hearth::app {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::HasSubstr;

TEST_F(JobTest, ASucceededJobCanBeVerified) {
    const std::string id = createJob({{"max_steps", 7}});
    ASSERT_EQ(waitForJob(id, isOver).at("status"), "succeeded");
    const std::string path = "/api/v1/jobs/" + id + "/verification";
    EXPECT_EQ(client()->get(path).error().code, core::ErrorCode::NotFound);
    const auto verify = [&](const json& body) {
        const auto begun = client()->post(path, body);
        EXPECT_TRUE(begun.ok()) << begun.error().text();
        json last;
        waitForJob(id, [&](const json&) {
            const auto answer = client()->get(path);
            last = answer ? *answer : json::object();
            return last.value("status", "running") != "running";
        });
        return last;
    };
    // Checkpoints: after steps 5 and 7.
    json verified = verify({{"steps", 2}});
    EXPECT_EQ(verified.at("status"), "equal") << verified;
    EXPECT_EQ(verified.at("result").at("from_step"), 5);
    EXPECT_EQ(verified.at("result").at("checkpoints"), 1);
    EXPECT_THAT(eventMessages(id), Contains(HasSubstr("trained again with the same bits")));
    stopNode();
    startNode();
    EXPECT_EQ(*client()->get(path), verified);

    const auto journal = dataDirectory / "jobs" / id / "checkpoints/steps.log";
    std::string text = test::slurp(journal);
    text.insert(text.find("\n6 loss 0x1.") + 12, "0");
    test::spit(journal, text);
    verified = verify({{"from", 0}});
    EXPECT_EQ(verified.at("status"), "different") << verified;
    EXPECT_EQ(verified.at("result").at("to_step"), 6);
    EXPECT_THAT(eventMessages(id), Contains(HasSubstr("step 6 differs: loss recorded")));

    ASSERT_TRUE(client()->remove("/v1/files/" + m_file).ok());
    EXPECT_EQ(client()->post(path, json::object()).error().code, core::ErrorCode::NotFound);
    std::filesystem::remove_all(dataDirectory / "jobs" / id);
    EXPECT_THAT(client()->post(path, json::object()).error().message,
                HasSubstr("has no checkpoints"));
}

TEST_F(JobTest, AJobCanBeProbedBeforeItIsCreated) {
    const auto probe = [&](const json& settings) {
        return client()->post("/api/v1/jobs/probe", {{"job", jobBody(settings)}});
    };
    const json ended = waitForOperation(probe({{"max_steps", 200}}));
    ASSERT_EQ(ended.at("status"), "succeeded") << ended;
    EXPECT_EQ(ended.at("kind"), "probe");
    const json& probed = ended.at("result");
    EXPECT_EQ(probed.at("steps"), 3);
    EXPECT_EQ(probed.at("total_steps"), 200);
    EXPECT_GT(probed.at("seconds"), 0.0);
    EXPECT_GT(probed.at("planned_bytes"), 0);
    EXPECT_GT(probed.at("peak_bytes"), 0);

    const json tooLarge = waitForOperation(probe({{"memory_gb", 0.3}}));
    ASSERT_EQ(tooLarge.at("status"), "failed");
    EXPECT_THAT(tooLarge.at("error").at("message").get<std::string>(), HasSubstr("training needs"));
    EXPECT_FALSE(client()->post("/api/v1/jobs/probe", json::object()).ok());
    // Nothing of it is kept.
    EXPECT_TRUE(client()->get("/v1/fine_tuning/jobs")->at("data").empty());
    EXPECT_FALSE(std::filesystem::exists(dataDirectory / "jobs") &&
                 !std::filesystem::is_empty(dataDirectory / "jobs"));
}

TEST_F(JobTest, AProbeRunsBesideItsRequestAndIsCancelledOrEndsWithTheNode) {
    // Large enough not to end by itself.
    json job = jobBody({{"max_steps", 200}, {"batch_tokens", 16'384}});
    job["training_file"] = upload("many.jsonl", sampleConversations(2000));
    const auto begin = [&] {
        const auto begun = client()->post("/api/v1/jobs/probe", {{"job", job}, {"steps", 20}});
        EXPECT_TRUE(begun.ok()) << (begun ? "" : begun.error().text());
        EXPECT_EQ(begun->at("status"), "running");
        return begun->at("id").get<std::string>();
    };
    const std::string first = begin();
    const std::string path = "/api/v1/operations/" + first;
    const auto second = client()->post("/api/v1/jobs/probe", {{"job", job}});
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.error().code, core::ErrorCode::Conflict);
    EXPECT_THAT(second.error().message, HasSubstr(first));
    ASSERT_TRUE(client()->post(path + "/cancel", json::object()).ok());
    EXPECT_EQ(waitForOperation(client()->get(path)).at("status"), "cancelled");
    EXPECT_EQ(client()->post(path + "/cancel", json::object()).error().code,
              core::ErrorCode::Conflict);

    const std::string stopped = begin();
    stopNode();
    startNode();
    const json told = *client()->get("/api/v1/operations/" + stopped);
    EXPECT_EQ(told.at("status"), "failed");
    EXPECT_THAT(told.at("error").at("message").get<std::string>(), HasSubstr("start it again"));
    EXPECT_EQ(client()->get("/api/v1/operations")->at("data")[0].at("id"), stopped);
    EXPECT_EQ(client()->get("/api/v1/operations/op-none").error().code, core::ErrorCode::NotFound);
}

TEST_F(JobTest, RunsAreRecordedAndComparedSideBySide) {
    const std::string first = createJob({{"max_steps", 3}});
    const std::string second = createJob({{"max_steps", 3}, {"learning_rate", 2e-3}});
    for (const std::string& id : {first, second})
        ASSERT_EQ(waitForJob(id, isOver).at("status"), "succeeded");
    const json record = client()->get("/api/v1/jobs/" + first + "/record")->at("record");
    EXPECT_EQ(record.at("method"), "supervised");
    EXPECT_EQ(record.at("data").at("training").at("file_id"), m_file);
    EXPECT_EQ(record.at("data").at("training").at("sha256").get<std::string>().size(), 64u);
    EXPECT_EQ(record.at("base").at("sha256").get<std::string>().size(), 64u);
    EXPECT_EQ(record.at("code").at("worker_sha256").get<std::string>().size(), 64u);
    EXPECT_EQ(record.at("runs"), 1);
    EXPECT_EQ(record.at("result").at("steps"), 3);
    EXPECT_GT(record.at("result").at("peak_memory_bytes"), 0);
    EXPECT_THAT(record.at("training_precision"), testing::AnyOf("f32", "bf16"));

    const auto compared = client()->get("/api/v1/runs/compare?jobs=" + first + "," + second);
    ASSERT_TRUE(compared.ok()) << compared.error().text();
    const json& runs = compared->at("runs");
    ASSERT_EQ(runs.size(), 2u);
    EXPECT_EQ(runs[1].at("job_id"), second);
    for (const char* name :
         {"train_loss", "gradient_norm", "learning_rate", "tokens_per_s", "resident_bytes"})
        EXPECT_EQ(runs[0].at("curves").at(name).at("steps"), json({1, 2, 3})) << name;
    ASSERT_EQ(compared->at("differences").size(), 1u) << compared->at("differences");
    EXPECT_EQ(compared->at("differences")[0].at("field"), "hyperparameters.learning_rate");
    EXPECT_EQ(compared->at("differences")[0].at("values")[1], 2e-3);

    for (const std::string& wrong : {first, first + "," + first, std::string()})
        EXPECT_EQ(client()->get("/api/v1/runs/compare?jobs=" + wrong).error().code,
                  core::ErrorCode::InvalidArgument);
    EXPECT_EQ(client()->get("/api/v1/runs/compare?jobs=" + first + ",none").error().code,
              core::ErrorCode::NotFound);
}

}  // namespace
}  // namespace hearth::app
