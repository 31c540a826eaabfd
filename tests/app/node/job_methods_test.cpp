// What each method needs and reports.
#include "tests/app/node/job_fixture.h"

namespace hearth::app {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::HasSubstr;

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

}  // namespace
}  // namespace hearth::app
