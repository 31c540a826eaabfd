#include "app/services/jobs/job_settings.h"

#include <gtest/gtest.h>

namespace hearth::app {
namespace {

const JobFacts kFacts{.examples = 100,
                      .bytes = 20'000,
                      .longestLineBytes = 300,
                      .contextLength = 1024,
                      .hiddenSize = 256,
                      .seed = 7};

finetune::Hyperparameters derived(const std::string& extra, const JobFacts& facts = kFacts) {
    const auto request = parseJobRequest(R"({"model": "m", "training_file": "f")" + extra + "}");
    EXPECT_TRUE(request.ok()) << request.error().text();
    const auto numbers = hyperparametersOf(*request, facts);
    EXPECT_TRUE(numbers.ok()) << numbers.error().text();
    return *numbers;
}

TEST(JobRequest, AutoSuitsSmallDataAndSmallModels) {
    const auto h = derived("");
    EXPECT_EQ(h.epochs, 20);
    EXPECT_DOUBLE_EQ(h.learning_rate, 5e-3);
    EXPECT_EQ(h.max_seq_len, 300 / 2 + 64);
    EXPECT_EQ(h.batch_tokens, 256);
    EXPECT_EQ(h.seed, 7u);
}

TEST(JobRequest, AutoSuitsLargeDataAndLargeModels) {
    JobFacts facts = kFacts;
    facts.examples = 1'000'000;
    facts.bytes = 1'000'000'000;
    facts.hiddenSize = 4096;
    const auto h = derived("", facts);
    EXPECT_EQ(h.epochs, 3);
    EXPECT_EQ(h.batch_tokens, 4096);
    EXPECT_NEAR(h.learning_rate, 3.1e-4, 1e-5);
}

TEST(JobRequest, OpenAisNumbersAndThenOursGoOverAuto) {
    const auto h = derived(
        R"(, "hyperparameters": {"n_epochs": 2, "learning_rate_multiplier": 0.5, "batch_size": "auto"},
             "hearth": {"lora": {"r": 8}, "max_steps": 9})");
    EXPECT_EQ(h.epochs, 2);
    EXPECT_DOUBLE_EQ(h.learning_rate, 2.5e-3);
    EXPECT_EQ(h.lora.r, 8);
    EXPECT_EQ(h.max_steps, 9);
}

TEST(JobRequest, KindsOfAdaptersAreOurOwnSettings) {
    const auto h = derived(
        R"(, "hearth": {"base_storage": "source",
                        "lora": {"scaling": "rslora", "dora": true, "b_rate_ratio": 16}})");
    EXPECT_EQ(h.lora.scaling, finetune::LoraScaling::RankRoot);
    EXPECT_TRUE(h.lora.dora);
    EXPECT_EQ(h.lora.b_rate_ratio, 16.0);
    EXPECT_EQ(h.base_storage, finetune::BaseKept::Source);
    const auto request = parseJobRequest(
        R"({"model": "m", "training_file": "f", "hearth": {"lora": {"scaling": "log"}}})");
    const auto wrong = hyperparametersOf(*request, kFacts);
    ASSERT_FALSE(wrong.ok());
    EXPECT_NE(wrong.error().message.find("lora.scaling must be one of: lora, rslora"),
              std::string::npos);
}

TEST(JobRequest, StoppingEarlyNeedsHeldOutData) {
    const std::string stopping =
        R"(, "hearth": {"evaluate_every": 10, "early_stopping_patience": 3,
                        "early_stopping_threshold": 0.01, "load_best_model_at_end": true})";
    const auto h = derived(R"(, "validation_file": "v")" + stopping);
    EXPECT_EQ(h.early_stopping_patience, 3);
    EXPECT_DOUBLE_EQ(h.early_stopping_threshold, 0.01);
    EXPECT_TRUE(h.load_best_model_at_end);

    const auto reasonFor = [](const std::string& extra) {
        const auto request =
            parseJobRequest(R"({"model": "m", "training_file": "f")" + extra + "}");
        const auto numbers = hyperparametersOf(*request, kFacts);
        return numbers.ok() ? std::string() : numbers.error().message;
    };
    EXPECT_NE(reasonFor(stopping).find("validation_file"), std::string::npos);
    EXPECT_NE(reasonFor(R"(, "validation_file": "v", "hearth": {"early_stopping_patience": 3})")
                  .find("evaluate_every"),
              std::string::npos);
}

TEST(JobRequest, TheNewerMethodFieldIsReadToo) {
    const auto h = derived(
        R"(, "method": {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 4}}})");
    EXPECT_EQ(h.epochs, 4);
}

TEST(JobRequest, PreferencesHaveABetaAndGentlerDefaults) {
    const auto supervised = derived("");
    const auto h = derived(
        R"(, "method": {"type": "dpo", "dpo": {"hyperparameters": {"beta": 0.3, "n_epochs": "auto"}}})");
    EXPECT_DOUBLE_EQ(h.dpo.beta, 0.3);
    EXPECT_DOUBLE_EQ(h.learning_rate, 0.1 * supervised.learning_rate);
    EXPECT_EQ(h.epochs, 5);
    EXPECT_GE(h.batch_tokens, 2 * h.max_seq_len);
    const auto automatic =
        derived(R"(, "method": {"type": "dpo", "dpo": {"hyperparameters": {"beta": "auto"}}})");
    EXPECT_DOUBLE_EQ(automatic.dpo.beta, 0.1);
}

std::string reinforcement(const std::string& numbers) {
    return R"(, "method": {"type": "reinforcement", "reinforcement": {
                "grader": {"type": "string_check", "operation": "eq", "reference": "{{item.a}}"},
                "hyperparameters": )" +
           numbers + "}}";
}

TEST(JobRequest, ReinforcementHoldsAGroupOfAnswersInAPass) {
    const auto h = derived(reinforcement(R"({"batch_size": "auto", "eval_interval": 25})"));
    EXPECT_EQ(h.policy.group_size, 8);
    EXPECT_EQ(h.policy.max_completion_tokens, 256);
    EXPECT_EQ(h.batch_tokens, 8 * (h.max_seq_len + 256));
    EXPECT_EQ(h.accumulation, 4);  // prompts of a step
    EXPECT_EQ(h.evaluate_every, 25);
    EXPECT_NE(h.policy.grader.find("string_check"), std::string::npos);

    const auto more = derived(reinforcement(R"({"batch_size": 3, "compute_multiplier": 2})"));
    EXPECT_EQ(more.policy.group_size, 16);
    EXPECT_EQ(more.accumulation, 3);

    const auto own = derived(reinforcement("{}") +
                             R"(, "hearth": {"policy": {"group_size": 5, "loss": "gspo"}})");
    EXPECT_EQ(own.policy.loss, finetune::PolicyLossKind::Gspo);
    EXPECT_EQ(own.batch_tokens, 5 * (own.max_seq_len + 256));
}

TEST(JobRequest, DistillationHasATeacherAndRoomForItsAnswers) {
    const std::string method = R"(, "method": {"type": "distillation", "distillation": {
        "teacher": "large", "grader": {"type": "regex", "pattern": "x"}}})";
    const auto h = derived(method);
    EXPECT_EQ(h.policy.group_size, 4);
    EXPECT_GT(h.max_seq_len, h.policy.max_completion_tokens);
    EXPECT_GE(h.batch_tokens, h.max_seq_len);
    const auto request =
        parseJobRequest(R"({"model": "m", "training_file": "f")" + method + "}").valueOrThrow();
    EXPECT_EQ(request.teacher, "large");
    EXPECT_EQ(parseJobRequest(writeJobRequest(request))->teacher, "large");
    for (const char* wrong :
         {R"(, "method": {"type": "distillation", "distillation": {"teacher": "large"}})",
          R"(, "method": {"type": "distillation", "distillation": {
              "grader": {"type": "regex", "pattern": "x"}}})"})
        EXPECT_FALSE(
            parseJobRequest(R"({"model": "m", "training_file": "f")" + std::string(wrong) + "}"));
    EXPECT_EQ(parseJobRequest(R"({"model": "m", "training_file": "f", "validation_file": "v")" +
                              method + "}")
                  .error()
                  .context,
              "validation_file");
}

TEST(JobRequest, AnswersLeaveRoomForPrompts) {
    JobFacts facts = kFacts;
    facts.contextLength = 200;
    EXPECT_EQ(derived(reinforcement("{}"), facts).policy.max_completion_tokens, 100);
    const auto request =
        parseJobRequest(R"({"model": "m", "training_file": "f")" + reinforcement("{}") +
                        R"(, "hearth": {"policy": {"max_completion_tokens": 200}}})");
    const auto refused = hyperparametersOf(*request, facts);
    ASSERT_FALSE(refused.ok());
    EXPECT_NE(refused.error().message.find("no room for prompts"), std::string::npos);
}

TEST(JobRequest, AMethodIsReadBackAsWritten) {
    const auto request = parseJobRequest(
        R"({"model": "m", "training_file": "f",
            "method": {"type": "dpo", "dpo": {"hyperparameters": {"beta": 0.2, "n_epochs": 2}}}})");
    ASSERT_TRUE(request.ok()) << request.error().text();
    const auto again = parseJobRequest(writeJobRequest(*request));
    ASSERT_TRUE(again.ok()) << again.error().text();
    EXPECT_EQ(again->method, JobMethod::Dpo);
    EXPECT_EQ(again->beta, 0.2);
    EXPECT_EQ(again->epochs, 2);
}

TEST(JobRequest, AGraderIsReadBackAsWritten) {
    const auto request = parseJobRequest(R"({"model": "m", "training_file": "f")" +
                                         reinforcement(R"({"eval_samples": 9})") + "}");
    ASSERT_TRUE(request.ok()) << request.error().text();
    const auto again = parseJobRequest(writeJobRequest(*request));
    ASSERT_TRUE(again.ok()) << again.error().text();
    EXPECT_EQ(again->method, JobMethod::Reinforcement);
    EXPECT_EQ(again->grader, request->grader);
    EXPECT_EQ(again->evalSamples, 9);
}

TEST(JobRequest, IsReadBackAsWritten) {
    const auto request = parseJobRequest(
        R"({"model": "m", "training_file": "f", "validation_file": "v", "suffix": "s", "seed": 3,
            "metadata": {"a": "b"}, "evaluations": [{"name": "q", "file_id": "e"}],
            "hyperparameters": {"n_epochs": 2}, "hearth": {"max_steps": 4}})");
    ASSERT_TRUE(request.ok()) << request.error().text();
    const auto again = parseJobRequest(writeJobRequest(*request));
    ASSERT_TRUE(again.ok()) << again.error().text();
    EXPECT_EQ(writeJobRequest(*again), writeJobRequest(*request));
    EXPECT_EQ(again->evaluations.at(0).fileId, "e");
    EXPECT_EQ(again->seed, 3);
}

TEST(JobRequest, AWholeModelIsAskedForBesideTheHyperparameters) {
    const auto request = parseJobRequest(
        R"({"model": "m", "training_file": "f",
            "hearth": {"full": true, "precision": "int8", "max_steps": 4}})");
    ASSERT_TRUE(request.ok()) << request.error().text();
    EXPECT_TRUE(request->full);
    EXPECT_EQ(request->precision, "int8");
    EXPECT_EQ(request->hearth, R"({"max_steps":4})");
    const auto again = parseJobRequest(writeJobRequest(*request));
    ASSERT_TRUE(again.ok()) << again.error().text();
    EXPECT_TRUE(again->full);
    EXPECT_EQ(writeJobRequest(*again), writeJobRequest(*request));
    // One that moves all weights takes smaller steps.
    const JobFacts facts{.examples = 10, .bytes = 1000, .contextLength = 512, .hiddenSize = 512};
    JobRequest adapter = *request;
    adapter.full = false;
    EXPECT_NEAR(hyperparametersOf(*request, facts)->learning_rate,
                0.1 * hyperparametersOf(adapter, facts)->learning_rate, 1e-12);
}

TEST(JobRequest, RefusalsNameTheField) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {R"({"training_file": "f"})", "model"},
        {R"({"model": "m"})", "training_file"},
        {R"({"model": "m", "training_file": "f", "suffix": "a/b"})", "suffix"},
        {R"({"model": "m", "training_file": "f", "hyperparameters": {"n_epochs": 0}})", "n_epochs"},
        {R"({"model": "m", "training_file": "f", "method": {"type": "magic"}})", "method.type"},
        {R"({"model": "m", "training_file": "f", "hyperparameters": {"beta": 0.1}})", "beta"},
        {R"({"model": "m", "training_file": "f", "method": {"type": "dpo", "supervised": {}}})",
         "supervised"},
        {R"({"model": "m", "training_file": "f",
             "method": {"type": "dpo", "dpo": {"hyperparameters": {"beta": 0}}}})",
         "beta"},
        {R"({"model": "m", "training_file": "f", "surprise": 1})", "surprise"},
        {R"({"model": "m", "training_file": "f", "hearth": {"full": "yes"}})", "full"},
        {R"({"model": "m", "training_file": "f", "hearth": {"precision": "int8"}})",
         "hearth.precision"},
        {R"({"model": "m", "training_file": "f", "method": {"type": "reinforcement"}})", "grader"},
        {R"({"model": "m", "training_file": "f",
             "method": {"type": "reinforcement", "reinforcement": {"grader": {"type": "magic"}}}})",
         "grader"},
        {R"({"model": "m", "training_file": "f")" + reinforcement(R"({"beta": 1})") + "}", "beta"},
        {R"({"model": "m", "training_file": "f")" +
             reinforcement(R"({"reasoning_effort": "low"})") + "}",
         "reasoning_effort"},
    };
    for (const auto& [body, field] : cases) {
        const auto request = parseJobRequest(body);
        ASSERT_FALSE(request.ok()) << body;
        EXPECT_EQ(request.error().context, field) << request.error().text();
    }
}

}  // namespace
}  // namespace hearth::app
