#include "finetune/eval/choice_set.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/cpu/cpu_backend.h"
#include "engine/models/model.h"
#include "engine/runtime/kv_cache.h"
#include "finetune/eval/likelihood.h"
#include "tests/finetune/support/tiny_world.h"

namespace hearth::finetune {
namespace {

const std::atomic<bool> kNever{false};

TEST(ChoiceSet, ReadsPromptsAndQuestions) {
    const auto questions = readChoices(
        "{\"prompt\": \"p\", \"choices\": [\"a\", \"b\"], \"answer\": 1, \"id\": 7}\n\n"
        "{\"question\": \"q?\", \"choices\": [\"a\", \"b\", \"c\"], \"answer\": 0}\n",
        "c");
    ASSERT_TRUE(questions) << questions.error().text();
    ASSERT_EQ(questions->size(), 2u);
    EXPECT_EQ((*questions)[0].text, "p");
    EXPECT_FALSE((*questions)[0].chat);
    EXPECT_EQ((*questions)[0].answer, 1u);
    EXPECT_TRUE((*questions)[1].chat);
    EXPECT_EQ((*questions)[1].choices, (std::vector<std::string>{"a", "b", "c"}));
}

TEST(ChoiceSet, NumbersBadLines) {
    const auto questions = readChoices(
        "{\"prompt\": \"p\", \"choices\": [\"a\", \"b\"], \"answer\": 2}\n"
        "{\"prompt\": \"p\", \"question\": \"q\", \"choices\": [\"a\", \"b\"], \"answer\": 1}\n"
        "{\"choices\": [\"a\", \"b\"], \"answer\": 1}\n"
        "{\"prompt\": \"p\", \"choices\": [\"a\"], \"answer\": 0}\n"
        "{\"prompt\": \"p\", \"choices\": [\"a\", \"a\"], \"answer\": 0}\n"
        "{\"prompt\": \"p\", \"choices\": [\"a\", \"\"], \"answer\": 0}\n"
        "{\"prompt\": \"\", \"choices\": [\"a\", \"b\"], \"answer\": 0}\n[]\n",
        "c");
    ASSERT_FALSE(questions);
    for (const char* part :
         {"'answer' must be an integer from 0 to 1", "line 2: must hold a question or a prompt",
          "up to line 3", "line 4: choices must be a list of 2 to 64", "up to line 6",
          "line 8: must be a JSON"})
        EXPECT_NE(questions.error().message.find(part), std::string::npos)
            << part << ": " << questions.error().message;
    EXPECT_FALSE(readChoices("\n", "c"));
}

TEST(ChoiceSet, IsToldFromQuestionsInWords) {
    EXPECT_TRUE(holdsChoices("\n{\"prompt\": \"p\", \"choices\": []}\n"));
    EXPECT_FALSE(holdsChoices("{\"question\": \"q\", \"expected\": \"e\"}\n"));
    EXPECT_FALSE(holdsChoices("no JSON\n"));
}

class ChoiceScoresTest : public testing::Test {
protected:
    ChoiceScoresTest()
        : backend(engine::createCpuBackend({.threads = 1})),
          model(engine::loadModel(*backend, world.baseModel()).valueOrThrow()),
          format(engine::ChatFormat::load(world.baseModel()).valueOrThrow()) {}

    /// Log-probabilities of ids[begin...], a step of the model for all of them.
    double directLogp(const Continuation& c) {
        engine::KvCache cache(*backend, model->config(), engine::KvCache::pagesFor(256),
                              engine::DType::F32);
        const auto pages = cache.take(engine::KvCache::pagesFor(256)).valueOrThrow();
        const engine::StepSequence whole{.tokens = c.ids,
                                         .start = 0,
                                         .pages = pages,
                                         .prefill = true,
                                         .logits_rows = int64_t(c.ids.size())};
        const auto logits =
            engine::downloadFloats(*backend, model->step(std::span(&whole, 1), cache));
        const size_t vocab = logits.size() / c.ids.size();
        double sum = 0.0;
        for (size_t i = c.begin; i < c.ids.size(); ++i) {
            const float* row = &logits[(i - 1) * vocab];
            const double top = *std::max_element(row, row + vocab);
            double total = 0.0;
            for (size_t t = 0; t < vocab; ++t)
                total += std::exp(double(row[t]) - top);
            sum += double(row[c.ids[i]]) - top - std::log(total);
        }
        return sum;
    }

    test::TinyWorld world;
    std::unique_ptr<engine::Backend> backend;
    std::unique_ptr<engine::Model> model;
    engine::ChatFormat format;
};

TEST_F(ChoiceScoresTest, AreSumsOfTheTokensThatFollow) {
    std::vector<Continuation> all;
    for (const char* text : {" a pump", " the valve is open", " x"})
        all.push_back(continuationOf(format.tokenizer(), "The kiln has", text));
    const auto logps = continuationLogps(*backend, *model, nullptr, all, kNever);
    ASSERT_TRUE(logps) << logps.error().text();
    for (size_t i = 0; i < all.size(); ++i)
        // Two orders of sums in F32; the cache of the engine holds 16 bits.
        EXPECT_NEAR((*logps)[i], directLogp(all[i]), 2e-2 * double(all[i].ids.size())) << i;
}

TEST_F(ChoiceScoresTest, SpacesBetweenBelongToTheContinuation) {
    const auto& tokenizer = format.tokenizer();
    const Continuation one = continuationOf(tokenizer, "The kiln ", "has"),
                       other = continuationOf(tokenizer, "The kiln", " has");
    EXPECT_EQ(one.ids, other.ids);
    EXPECT_EQ(one.begin, other.begin);
    EXPECT_EQ(tokenizer.decode(std::span(one.ids).subspan(one.begin)), " has");
}

TEST_F(ChoiceScoresTest, TheLikeliestIsChosenInBothWays) {
    // Which one that is, the scores themselves say; a longer choice may win only by its length.
    ChoiceQuestion question{.text = "The kiln has", .choices = {"a", "a pump", "the other"}};
    const auto results =
        chooseAnswers(*backend, *model, nullptr, format, {question, question, question}, kNever);
    ASSERT_TRUE(results) << results.error().text();
    const auto& logps = results->front().logps;
    EXPECT_EQ(results->at(1).logps, logps) << "a score depends on nothing beside it";
    std::vector<double> byLength = {logps[0] / 1, logps[1] / 6, logps[2] / 9};
    for (size_t answer = 0; answer < 3; ++answer) {
        question.answer = answer;
        const auto result = chooseAnswers(*backend, *model, nullptr, format, {question}, kNever);
        EXPECT_EQ(result->front().correct, logps[answer] == std::ranges::max(logps));
        EXPECT_EQ(result->front().correctByLength, byLength[answer] == std::ranges::max(byLength));
    }
}

TEST_F(ChoiceScoresTest, AQuestionIsAskedThroughTheChatTemplate) {
    const ChoiceQuestion question{.text = "kiln?", .chat = true, .choices = {"yes", "no"}};
    const auto result = chooseAnswers(*backend, *model, nullptr, format, {question}, kNever);
    ASSERT_TRUE(result) << result.error().text();
    const nlohmann::json message = {{"role", "user"}, {"content", "kiln?"}};
    auto ids = format.encodeChat(nlohmann::json::array({message})).valueOrThrow();
    const size_t begin = ids.size();
    for (const int32_t id : format.tokenizer().encode("yes"))
        ids.push_back(id);
    const std::vector<Continuation> yes = {{.ids = ids, .begin = begin}};
    const auto expected = continuationLogps(*backend, *model, nullptr, yes, kNever);
    EXPECT_EQ(result->front().logps[0], expected->front());
}

}  // namespace
}  // namespace hearth::finetune
