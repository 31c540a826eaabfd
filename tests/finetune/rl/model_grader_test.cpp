#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "finetune/rl/grader.h"
#include "finetune/rl/served_judge.h"
#include "tests/finetune/support/tiny_world.h"

namespace hearth::finetune {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

/// Says what it is told to say, one text a conversation, and remembers what it was asked.
class FakeJudge : public Judge {
public:
    std::vector<std::string> says;
    std::vector<size_t> finds;
    std::vector<json> asked;
    std::vector<std::string> labels;
    int64_t maxTokens = 0;

    core::Result<std::vector<std::string>> answers(const std::vector<json>& conversations,
                                                   int64_t most) override {
        asked = conversations;
        maxTokens = most;
        return says;
    }
    core::Result<std::vector<size_t>> likeliest(const std::vector<json>& conversations,
                                                const std::vector<std::string>& texts) override {
        asked = conversations;
        labels = texts;
        return finds;
    }
};

class ModelGraderTest : public testing::Test {
protected:
    core::Result<std::vector<double>> grade(const json& grader,
                                            const std::vector<std::string>& answers) {
        const auto find = [&](const std::string& name) -> core::Result<std::shared_ptr<Judge>> {
            EXPECT_EQ(name, "judge");
            return std::shared_ptr<Judge>(judge);
        };
        std::vector<AnswerToGrade> all;
        for (const std::string& answer : answers)
            all.push_back({answer, &item});
        return parseGrader(grader, find).valueOrThrow()->grade(all);
    }

    const json item{{"question", "2 + 2?"}};
    json scoring{{"type", "score_model"},
                 {"model", "judge"},
                 {"range", {0, 10}},
                 {"input",
                  {{{"role", "developer"}, {"content", "Say a number from 0 to 10."}},
                   {{"role", "user"}, {"content", "{{item.question}} {{sample.output_text}}"}}}}};
    json labelling{{"type", "label_model"},
                   {"model", "judge"},
                   {"labels", {"good", "fair", "bad"}},
                   {"passing_labels", {"good", "fair"}},
                   {"input", {{{"role", "user"}, {"content", "{{sample.output_text}}"}}}}};
    std::shared_ptr<FakeJudge> judge = std::make_shared<FakeJudge>();
};

TEST_F(ModelGraderTest, AScoreIsTheFirstNumberThatTheJudgeSays) {
    judge->says = {"7", " 9.5 of 10", "Score: .25", "10/10"};
    const auto rewards = grade(scoring, {"a", "b", "c", "d"});
    ASSERT_TRUE(rewards) << rewards.error().text();
    EXPECT_THAT(*rewards, ElementsAre(7.0, 9.5, 0.25, 10.0));
    ASSERT_EQ(judge->asked.size(), 4u);
    EXPECT_EQ(judge->asked[1],
              json::parse(R"([{"role": "system", "content": "Say a number from 0 to 10."},
                              {"role": "user", "content": "2 + 2? b"}])"));
}

TEST_F(ModelGraderTest, AJudgeWithoutANumberOfTheRangeIsAnError) {
    for (const char* said : {"very good", "", "11", "-1"}) {
        judge->says = {said};
        const auto rewards = grade(scoring, {"a"});
        ASSERT_FALSE(rewards) << said;
        EXPECT_THAT(rewards.error().message, HasSubstr("judge \"judge\" answered \""));
        EXPECT_THAT(rewards.error().message, HasSubstr("a number from 0 to 10"));
    }
    scoring["range"] = {-1, 1};
    judge->says = {"-1"};
    EXPECT_THAT(*grade(scoring, {"a"}), ElementsAre(-1.0));
}

TEST_F(ModelGraderTest, SamplesNothing) {
    judge->says = {"1"};
    scoring["sampling_params"] = {{"temperature", 0}, {"max_completions_tokens", 5}};
    EXPECT_TRUE(grade(scoring, {"a"}));
    EXPECT_EQ(judge->maxTokens, 5);
    scoring["sampling_params"]["temperature"] = 0.7;
    EXPECT_EQ(parseGrader(scoring).error().context, "sampling_params.temperature");
}

TEST_F(ModelGraderTest, ALabelPassesOrNot) {
    judge->finds = {0, 2, 1};
    EXPECT_THAT(*grade(labelling, {"a", "b", "c"}), ElementsAre(1.0, 0.0, 1.0));
    EXPECT_THAT(judge->labels, ElementsAre("good", "fair", "bad"));
}

TEST_F(ModelGraderTest, IsPartOfAFormula) {
    judge->says = {"8", "4"};
    const json multi{
        {"type", "multi"},
        {"graders", {{"judged", scoring}, {"short", {{"type", "regex"}, {"pattern", "^.$"}}}}},
        {"calculate_output", "judged / 10 * short"}};
    EXPECT_THAT(*grade(multi, {"a", "bb"}), ElementsAre(0.8, 0.0));
    EXPECT_THAT(modelsOfGrader(multi), ElementsAre("judge"));
    EXPECT_THAT(modelsOfGrader(json{{"type", "regex"}, {"pattern", "a"}}), ElementsAre());
}

TEST_F(ModelGraderTest, IsCheckedWithoutAModel) {
    EXPECT_TRUE(parseGrader(scoring));
    const auto contextOf = [](json grader, const char* field, const json& value) {
        grader[field] = value;
        const auto parsed = parseGrader(grader);
        return parsed ? std::string("none") : parsed.error().context;
    };
    EXPECT_EQ(contextOf(scoring, "model", nullptr), "model");
    EXPECT_EQ(contextOf(scoring, "input", "text"), "input");
    EXPECT_EQ(contextOf(scoring, "input", {{{"role", "tool"}, {"content", "a"}}}), "input[0].role");
    EXPECT_EQ(contextOf(scoring, "input", {{{"role", "user"}, {"content", "{{itm.a}}"}}}),
              "input[0].content");
    EXPECT_EQ(contextOf(scoring, "range", {1, 1}), "range");
    EXPECT_EQ(contextOf(labelling, "passing_labels", {"great"}), "passing_labels");
    EXPECT_EQ(contextOf(labelling, "labels", json::array()), "labels");
}

TEST(ServedJudge, SaysTheSameOfAnAnswerWhateverIsBesideIt) {
    test::TinyWorld world;
    const std::atomic<bool> never{false};
    const auto judge = loadJudge(world.baseModel(), 1, never);
    ASSERT_TRUE(judge) << judge.error().text();
    std::vector<json> all;
    for (const char* text : {"kiln?", "the pump is open", "a"})
        all.push_back(json::array({json{{"role", "user"}, {"content", text}}}));
    const auto together = (*judge)->answers(all, 6);
    ASSERT_TRUE(together) << together.error().text();
    const std::vector<std::string> labels = {"a", "the kiln", "x"};
    const auto chosen = (*judge)->likeliest(all, labels);
    ASSERT_TRUE(chosen) << chosen.error().text();
    for (size_t i = 0; i < all.size(); ++i) {
        EXPECT_EQ((*judge)->answers({all[i]}, 6)->front(), together->at(i));
        EXPECT_EQ((*judge)->likeliest({all[i]}, labels)->front(), chosen->at(i));
    }
}

}  // namespace
}  // namespace hearth::finetune
