#include <gmock/gmock.h>
#include <signal.h>

#include "tests/app/node/node_fixture.h"

namespace hearth::app {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::HasSubstr;

constexpr int kEndless = 100'000;  // steps of jobs that are stopped, however slow their watcher

class JobTest : public NodeFixture {
protected:
    void SetUp() override {
        NodeFixture::SetUp();
        importReferenceModel();
        m_file = upload("data.jsonl", sampleConversations(12));
    }
    json jobBody(const json& settings) {
        json hearth = {{"checkpoint_every", 5},
                       {"batch_tokens", 256},
                       {"max_seq_len", 256},
                       {"lora", {{"r", 4}}}};
        hearth.update(settings);
        return {{"model", "tiny"}, {"training_file", m_file}, {"seed", 5}, {"hearth", hearth}};
    }
    std::string createJob(const json& settings) {
        const auto job = client()->post("/v1/fine_tuning/jobs", jobBody(settings));
        EXPECT_TRUE(job.ok()) << job.error().text();
        return job ? job->at("id").get<std::string>() : "";
    }
    /// Waits for the first checkpoint and returns the worker's process.
    pid_t runningWorker(const std::string& id) {
        waitForJob(id, [&](const json& job) {
            const auto list = client()->get("/v1/fine_tuning/jobs/" + id + "/checkpoints");
            return isOver(job) || (list && !list->at("data").empty());
        });
        const auto row = node->jobs().find(administrator(), id);
        return row && row->workerPid ? pid_t(*row->workerPid) : 0;
    }

    std::string m_file;
};

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

TEST_F(JobTest, DistillationAsksATeacherAndKeepsWhatIsRight) {
    const std::string file =
        upload("prompts.jsonl", json{{"messages", userMessage("Say one")}}.dump() + "\n");
    json body = {{"model", "tiny"},
                 {"training_file", file},
                 {"method",
                  {{"type", "distillation"},
                   {"distillation",
                    {{"teacher", "tiny"},
                     {"grader",
                      {{"type", "string_check"},
                       {"operation", "eq"},
                       {"reference", "nobody says this"}}}}}}},
                 {"hearth", {{"policy", {{"max_completion_tokens", 8}}}}}};
    const auto created = client()->post("/v1/fine_tuning/jobs", body);
    ASSERT_TRUE(created.ok()) << created.error().text();
    EXPECT_EQ(created->at("method").at("distillation").at("teacher"), "tiny");
    const json job = waitForJob(created->at("id"), isOver);
    EXPECT_EQ(job.at("status"), "failed");
    EXPECT_THAT(job.at("error").at("message").get<std::string>(),
                HasSubstr("no answer of the teacher"));
    EXPECT_THAT(eventMessages(created->at("id")),
                Contains(HasSubstr("the teacher's answers were right 0 times")));

    body["method"]["distillation"]["teacher"] = "nobody";
    EXPECT_EQ(client()->post("/v1/fine_tuning/jobs", body).error().context, "teacher");
}

TEST_F(JobTest, ReinforcementLearnsFromGradedAnswers) {
    std::string prompts;
    for (const char* word : {"one", "two", "three", "four"})
        prompts += json{{"messages", userMessage(std::string("Say ") + word)}}.dump() + "\n";
    const std::string file = upload("prompts.jsonl", prompts);
    // An untrained model's answers differ in their vowels; the model judges them, too.
    json grader = {{"type", "multi"},
                   {"graders",
                    {{"vowels", {{"type", "regex"}, {"pattern", "[aeiou]"}}},
                     {"judged",
                      {{"type", "label_model"},
                       {"model", "tiny"},
                       {"labels", {"a", "b"}},
                       {"passing_labels", {"b"}},
                       {"input", {{{"role", "user"}, {"content", "{{sample.output_text}}"}}}}}}}},
                   {"calculate_output", "vowels + 0.1 * judged"}};
    const std::string choices =
        upload("choices.jsonl",
               R"({"question": "Say one", "choices": ["one", "two"], "answer": 0})"
               "\n"
               R"({"prompt": "Three and", "choices": ["four", "two"], "answer": 1})"
               "\n",
               "evals");
    json body = {
        {"model", "tiny"},
        {"seed", 5},  // chance decides which answers are rewarded
        {"training_file", file},
        {"validation_file", file},
        {"evaluations", {{{"name", "chosen"}, {"file_id", choices}}}},
        {"method",
         {{"type", "reinforcement"},
          {"reinforcement",
           {{"grader", grader}, {"hyperparameters", {{"batch_size", 2}, {"eval_samples", 2}}}}}}},
        {"hearth",
         {{"max_steps", 2},
          {"lora", {{"r", 4}}},
          {"policy", {{"group_size", 8}, {"max_completion_tokens", 8}}}}}};
    const auto made = client()->post("/v1/fine_tuning/jobs", body);
    ASSERT_TRUE(made.ok()) << made.error().text();
    const json job = waitForJob(made->at("id"), isOver);
    ASSERT_EQ(job.at("status"), "succeeded") << job;
    const json& method = job.at("method");
    EXPECT_EQ(method.at("type"), "reinforcement");
    EXPECT_EQ(method.at("reinforcement").at("grader"), grader);
    EXPECT_EQ(method.at("reinforcement").at("hyperparameters").at("batch_size"), 2);
    EXPECT_EQ(method.at("reinforcement").at("hyperparameters").at("eval_interval"), "auto");
    EXPECT_EQ(job.at("hearth").at("policy").at("group_size"), 8);
    const std::string id = made->at("id");
    const json series = client()->get("/api/v1/jobs/" + id + "/metrics")->at("series");
    EXPECT_EQ(series.at("train_reward").at("steps"), json({1, 2}));
    EXPECT_THAT(eventMessages(id), Contains(HasSubstr("reward")));
    const json& chosen = job.at("evaluations").at(0);
    EXPECT_EQ(chosen.at("n"), 2);
    for (const char* when : {"before", "after"})
        for (const char* number : {"accuracy", "accuracy_norm"}) {
            const double share = chosen.at(when).at(number);
            EXPECT_TRUE(share == 0.0 || share == 0.5 || share == 1.0) << when << number << share;
        }

    body["training_file"] = m_file;  // chats
    EXPECT_THAT(client()->post("/v1/fine_tuning/jobs", body).error().message,
                HasSubstr("method reinforcement needs a file of prompts"));

    grader["graders"]["judged"]["model"] = "nobody";
    body["method"]["reinforcement"]["grader"] = grader;
    EXPECT_EQ(client()->post("/v1/fine_tuning/jobs", body).error().code, core::ErrorCode::NotFound);
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

TEST_F(JobTest, PreferencesAreLearnedAsOpenAiSpellsThem) {
    std::string pairs;
    for (int i = 0; i < 12; ++i)
        pairs += json{{"input", {{"messages", userMessage("Door " + std::to_string(i) + "?")}}},
                      {"preferred_output", {{{"role", "assistant"}, {"content", "open"}}}},
                      {"non_preferred_output", {{{"role", "assistant"}, {"content", "shut"}}}}}
                     .dump() +
                 "\n";
    const std::string file = upload("pairs.jsonl", pairs);
    json body = jobBody({{"max_steps", 4}});
    body["training_file"] = body["validation_file"] = file;
    body["method"] = {{"type", "dpo"}, {"dpo", {{"hyperparameters", {{"beta", 0.2}}}}}};
    const auto created = client()->post("/v1/fine_tuning/jobs", body);
    ASSERT_TRUE(created.ok()) << created.error().text();
    EXPECT_EQ(created->at("method").at("type"), "dpo");
    EXPECT_EQ(created->at("method").at("dpo").at("hyperparameters").at("beta"), 0.2);
    EXPECT_EQ(created->at("method").at("dpo").at("hyperparameters").at("n_epochs"), "auto");
    EXPECT_EQ(created->at("hearth").at("dpo").at("beta"), 0.2);

    const std::string id = created->at("id");
    const json job = waitForJob(id, isOver);
    ASSERT_EQ(job.at("status"), "succeeded") << job;
    const auto curves = client()->get("/api/v1/jobs/" + id + "/metrics");
    ASSERT_TRUE(curves.ok()) << curves.error().text();
    for (const char* series : {"train_reward_margin", "train_reward_accuracy", "train_logp_chosen",
                               "train_logp_rejected", "valid_reward_margin/validation"})
        EXPECT_TRUE(curves->at("series").contains(series)) << series;
    EXPECT_EQ(curves->at("series").at("train_reward_margin").at("steps").size(), 4u);
}

TEST_F(JobTest, PretrainingGoesOnWithTextsAndMarkdown) {
    std::string guide = "# Doors\n\n";
    for (int i = 0; i < 60; ++i)
        guide += "Door " + std::to_string(i) + " opens with the code " + std::to_string(i * 11) +
                 " and closes by itself.\n";
    json body = jobBody({{"max_steps", 4}});
    body["training_file"] = upload("guide.md", guide);
    body["validation_file"] = upload("held.txt", "Door 99 opens with the code 1089.\n");
    // Documents have no answers that the other methods could learn.
    for (const char* method : {"supervised", "dpo"}) {
        body["method"] = {{"type", method}};
        const auto refused = client()->post("/v1/fine_tuning/jobs", body);
        ASSERT_FALSE(refused.ok()) << method;
        EXPECT_EQ(refused.error().context, "training_file");
        EXPECT_THAT(refused.error().message, HasSubstr(std::string("method ") + method + " needs"));
    }
    body["method"] = {{"type", "pretraining"}};
    const auto created = client()->post("/v1/fine_tuning/jobs", body);
    ASSERT_TRUE(created.ok()) << created.error().text();
    EXPECT_EQ(created->at("method").at("type"), "pretraining");
    const json job = waitForJob(created->at("id"), isOver);
    ASSERT_EQ(job.at("status"), "succeeded") << job;
    const auto curves =
        client()->get("/api/v1/jobs/" + job.at("id").get<std::string>() + "/metrics");
    EXPECT_TRUE(curves->at("series").contains("valid_loss/validation"));
    EXPECT_TRUE(
        client()
            ->post("/v1/completions",
                   {{"model", job.at("fine_tuned_model")}, {"prompt", "Door 3"}, {"max_tokens", 4}})
            .ok());

    body["training_file"] = m_file;
    EXPECT_THAT(client()->post("/v1/fine_tuning/jobs", body).error().message,
                HasSubstr("needs a file of documents"));
}

TEST_F(JobTest, AMethodRefusesTheOtherMethodsData) {
    json body = jobBody(json::object());
    body["method"] = {{"type", "dpo"}};
    auto job = client()->post("/v1/fine_tuning/jobs", body);
    ASSERT_FALSE(job.ok());
    EXPECT_THAT(job.error().message, HasSubstr("method dpo needs a file of preferences"));

    body = jobBody(json::object());
    body["training_file"] =
        upload("pairs.jsonl", R"({"prompt": "a", "chosen": "b", "rejected": "c"})"
                              "\n");
    job = client()->post("/v1/fine_tuning/jobs", body);
    ASSERT_FALSE(job.ok());
    EXPECT_THAT(job.error().message, HasSubstr("method supervised needs a file of chats"));
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
