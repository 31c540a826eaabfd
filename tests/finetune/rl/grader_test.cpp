#include "finetune/rl/grader.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace hearth::finetune {
namespace {

using nlohmann::json;
using testing::HasSubstr;

double grade(const json& grader, std::string_view answer, const json& item = json::object()) {
    const AnswerToGrade asked{answer, &item};
    return parseGrader(grader).valueOrThrow()->grade(std::span(&asked, 1)).valueOrThrow().at(0);
}

core::Error errorOf(const json& grader) {
    const auto parsed = parseGrader(grader);
    EXPECT_FALSE(parsed.ok());
    return parsed.error();
}

TEST(Grader, ChecksStrings) {
    json check{{"type", "string_check"}, {"operation", "eq"}, {"reference", "{{item.answer}}"}};
    const json item{{"answer", "Paris"}};
    EXPECT_EQ(grade(check, "Paris", item), 1.0);
    EXPECT_EQ(grade(check, "paris", item), 0.0);
    check["operation"] = "ne";
    EXPECT_EQ(grade(check, "Paris", item), 0.0);
    check["operation"] = "like";
    EXPECT_EQ(grade(check, "It is Paris.", item), 1.0);
    EXPECT_EQ(grade(check, "It is paris.", item), 0.0);
    check["operation"] = "ilike";
    EXPECT_EQ(grade(check, "It is paris.", item), 1.0);
}

TEST(Grader, FillsInWhatTheLineAndTheAnswerSay) {
    const json check{{"type", "string_check"},
                     {"operation", "eq"},
                     {"input", "{{ sample.output_json.sum }} of {{item.a}}"},
                     {"reference", "{{item.deep.er}} of {{item.a}}"}};
    const json item{{"a", 3}, {"deep", {{"er", "7"}}}};
    EXPECT_EQ(grade(check, R"({"sum": 7})", item), 1.0);
    EXPECT_EQ(grade(check, "```json\n{\"sum\": 7}\n```", item), 1.0);
    EXPECT_EQ(grade(check, R"({"sum": 8})", item), 0.0);
    EXPECT_EQ(grade(check, "no JSON {at all", item), 0.0);
}

TEST(Grader, ComparesTexts) {
    json check{{"type", "text_similarity"},
               {"evaluation_metric", "fuzzy_match"},
               {"reference", "{{item.answer}}"}};
    EXPECT_EQ(grade(check, "at 7.50 bar", {{"answer", "7.5 bar"}}), 1.0);
    check["evaluation_metric"] = "rouge_l";
    EXPECT_DOUBLE_EQ(grade(check, "red green", {{"answer", "red blue"}}), 0.5);
    check["pass_threshold"] = 0.6;
    EXPECT_EQ(grade(check, "red green", {{"answer", "red blue"}}), 0.0);
}

TEST(Grader, FindsPatterns) {
    json check{{"type", "regex"}, {"pattern", "answer: (\\d+)"}};
    EXPECT_EQ(grade(check, "The answer: 42."), 1.0);
    EXPECT_EQ(grade(check, "The answer: none."), 0.0);
    check["reference"] = "{{item.n}}";
    EXPECT_EQ(grade(check, "The answer: 42.", {{"n", 42}}), 1.0);
    EXPECT_EQ(grade(check, "The answer: 42.", {{"n", 43}}), 0.0);
    // Would take longer than the universe has.
    check = {{"type", "regex"}, {"pattern", "(a+)+$"}};
    EXPECT_EQ(grade(check, std::string(100, 'a') + "!"), 0.0);
}

TEST(Grader, HoldsJsonAgainstASchema) {
    const json check{{"type", "json_schema"},
                     {"schema",
                      {{"type", "object"},
                       {"required", {"sum"}},
                       {"additionalProperties", false},
                       {"properties", {{"sum", {{"type", "integer"}, {"minimum", 0}}}}}}}};
    EXPECT_EQ(grade(check, R"({"sum": 7})"), 1.0);
    EXPECT_EQ(grade(check, R"({"sum": -7})"), 0.0);
    EXPECT_EQ(grade(check, R"({"sum": "7"})"), 0.0);
    EXPECT_EQ(grade(check, R"({"sum": 7, "more": 1})"), 0.0);
    EXPECT_EQ(grade(check, R"(so: {"sum": 7})"), 0.0) << "only the JSON fits";
    EXPECT_EQ(grade(check, "\xff{"), 0.0);
}

TEST(Grader, WeighsSeveral) {
    const json check{
        {"type", "multi"},
        {"graders",
         {{"form", {{"type", "regex"}, {"pattern", "^\\d+$"}}},
          {"value", {{"type", "string_check"}, {"operation", "eq"}, {"reference", "12"}}}}},
        {"weights", {{"value", 3}}}};
    EXPECT_DOUBLE_EQ(grade(check, "12"), 1.0);
    EXPECT_DOUBLE_EQ(grade(check, "13"), 0.25);
    EXPECT_DOUBLE_EQ(grade(check, "twelve"), 0.0);
}

TEST(Grader, CalculatesFromSeveral) {
    json check{{"type", "multi"},
               {"graders",
                {{"form", {{"type", "regex"}, {"pattern", "^\\d+$"}}},
                 {"value", {{"type", "string_check"}, {"operation", "eq"}, {"reference", "12"}}}}},
               {"calculate_output", "max(form - 0.5, 0) + 2 * value"}};
    EXPECT_DOUBLE_EQ(grade(check, "12"), 2.5);
    EXPECT_DOUBLE_EQ(grade(check, "13"), 0.5);
    EXPECT_DOUBLE_EQ(grade(check, "twelve"), 0.0);

    check["calculate_output"] = "1 / value";
    const json item = json::object();
    const AnswerToGrade wrong{"13", &item};
    const auto rewards = parseGrader(check).valueOrThrow()->grade(std::span(&wrong, 1));
    ASSERT_FALSE(rewards);
    EXPECT_THAT(rewards.error().message, HasSubstr("form = 1, value = 0"));

    check["calculate_output"] = "value + fluency";
    EXPECT_EQ(errorOf(check).context, "calculate_output");
    EXPECT_THAT(errorOf(check).message, HasSubstr("\"fluency\" at byte 9"));
    check["calculate_output"] = "value";
    check["weights"] = {{"value", 3}};
    EXPECT_THAT(errorOf(check).message, HasSubstr("either weights or calculate_output"));
}

TEST(Grader, SaysWhatIsWrongWithIt) {
    EXPECT_THAT(errorOf({{"type", "python"}}).message,
                HasSubstr("known are: string_check, text_similarity, regex, json_schema, "
                          "score_model, label_model, multi"));
    EXPECT_EQ(errorOf({{"type", "string_check"}, {"operation", "is"}, {"reference", ""}}).context,
              "operation");
    EXPECT_EQ(errorOf({{"type", "string_check"}, {"operation", "eq"}}).context, "reference");
    EXPECT_THAT(
        errorOf({{"type", "string_check"}, {"operation", "eq"}, {"reference", "{{itme.a}}"}})
            .message,
        HasSubstr("{{itme.a}} is unknown"));
    EXPECT_THAT(errorOf({{"type", "regex"}, {"pattern", "(a"}}).message, HasSubstr("at byte 2"));
    EXPECT_EQ(errorOf({{"type", "regex"}, {"pattern", "a"}, {"flags", "i"}}).context, "flags");
    EXPECT_THAT(errorOf({{"type", "json_schema"}, {"schema", {{"type", 7}}}}).message,
                HasSubstr("is no JSON Schema"));
    EXPECT_EQ(
        errorOf({{"type", "multi"}, {"graders", {{"a", {{"type", "regex"}, {"pattern", "("}}}}}})
            .context,
        "graders.a.pattern");
    EXPECT_EQ(errorOf({{"type", "multi"},
                       {"graders", {{"a", {{"type", "regex"}, {"pattern", "a"}}}}},
                       {"weights", {{"b", 1}}}})
                  .context,
              "weights.b");
}

}  // namespace
}  // namespace hearth::finetune
