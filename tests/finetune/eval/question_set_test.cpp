#include "finetune/eval/question_set.h"

#include <gtest/gtest.h>

#include "engine/cpu/cpu_backend.h"
#include "finetune/eval/greedy_generator.h"
#include "tests/finetune/support/tiny_world.h"

namespace hearth::finetune {
namespace {

TEST(QuestionSet, ReadsOneOrSeveralAnswers) {
    const auto questions = readQuestions(
        "{\"question\": \"a?\", \"expected\": \"1\", \"fact\": \"f\"}\n\n"
        "{\"question\": \"b?\", \"expected\": [\"2\", \"two\"], \"alternatives\": [\"ii\"]}\n",
        "q");
    ASSERT_TRUE(questions) << questions.error().text();
    ASSERT_EQ(questions->size(), 2u);
    EXPECT_EQ((*questions)[0].fact, "f");
    EXPECT_EQ((*questions)[1].expected, (std::vector<std::string>{"2", "two", "ii"}));
}

TEST(QuestionSet, NumbersBadLines) {
    const auto questions = readQuestions(
        "{\"question\": \"a?\", \"expected\": \"1\"}\n"
        "{\"question\": \"b?\"}\n{\"expected\": \"1\"}\n"
        "{\"question\": \"c?\", \"expected\": \"...\"}\n{\"question\": \"d?\", \"expected\": 5}\n",
        "q");
    ASSERT_FALSE(questions);
    for (const char* part : {"line 2: expected holds", "(and 1 more like it, up to line 4)",
                             "line 3: question", "line 5: expected must be"})
        EXPECT_NE(questions.error().message.find(part), std::string::npos) << part;
    EXPECT_FALSE(readQuestions("\n", "q"));
}

TEST(GreedyGenerator, AnswersDoNotDependOnWhoIsAnsweredBeside) {
    test::TinyWorld world;
    const auto backend = engine::createCpuBackend({.threads = 1});
    const auto model = engine::loadModel(*backend, world.baseModel());
    ASSERT_TRUE(model) << model.error().text();
    std::vector<std::vector<int32_t>> prompts;
    for (int32_t i = 0; i < 9; ++i)
        prompts.push_back(std::vector<int32_t>(size_t(1 + i * 3), 20 + i));
    const std::atomic<bool> never{false};
    const auto together =
        generateGreedy(*backend, **model, nullptr, prompts, {.max_new_tokens = 8}, never);
    const auto alone = generateGreedy(*backend, **model, nullptr, prompts,
                                      {.max_new_tokens = 8, .concurrent = 1}, never);
    ASSERT_TRUE(together) << together.error().text();
    ASSERT_TRUE(alone);
    EXPECT_EQ(*together, *alone);
    for (const auto& answer : *together)
        EXPECT_EQ(answer.size(), 8u);

    // The first token of an answer as a stop token leaves nothing of it.
    const auto stopped = generateGreedy(*backend, **model, nullptr, {prompts[0]},
                                        {.stop_tokens = {(*together)[0][0]}}, never);
    EXPECT_TRUE(stopped->at(0).empty());
}

TEST(GreedyGenerator, SaysWhenAPromptIsTooLong) {
    test::TinyWorld world;
    const auto backend = engine::createCpuBackend({.threads = 1});
    const auto model = engine::loadModel(*backend, world.baseModel());
    ASSERT_TRUE(model);
    const std::atomic<bool> never{false};
    const auto answers =
        generateGreedy(*backend, **model, nullptr, {std::vector<int32_t>(500, 5)}, {}, never);
    ASSERT_FALSE(answers);
    EXPECT_EQ(answers.error().code, core::ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace hearth::finetune
