#include "finetune/data/chat_dataset.h"

#include <gtest/gtest.h>

#include "finetune/data/forms/container.h"
#include "finetune/data/line_problems.h"

namespace hearth::finetune {
namespace {

using testing::Test;

constexpr const char* kGood =
    R"({"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "yo"}]})";

core::Result<ChatExample> parseLine(const std::string& line) {
    CORE_ASSIGN(const nlohmann::json row, parseRow(line));
    return parseChatRow(row);
}

std::string problemOf(const std::string& line) {
    const auto example = parseLine(line);
    return example ? "accepted" : example.error().message;
}

std::string withMessages(const std::string& messages) {
    return R"({"messages": )" + messages + "}";
}

TEST(ChatDataset, ReadsMessagesToolsAndWeights) {
    const auto example = parseLine(
        R"({"messages": [{"role": "developer", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]},
            {"role": "assistant", "content": "one", "weight": 0},
            {"role": "assistant", "content": "two", "weight": 1}],
            "tools": [{"type": "function"}]})");
    ASSERT_TRUE(example) << example.error().text();
    EXPECT_EQ(example->messages[0]["role"], "system");
    EXPECT_EQ(example->messages[0]["content"], "ab");
    EXPECT_EQ(example->learned, (std::vector<bool>{false, true}));
    EXPECT_FALSE(example->messages[1].contains("weight"));
    EXPECT_EQ(example->tools.size(), 1u);
}

TEST(ChatDataset, AToolCallMayLackContent) {
    EXPECT_EQ(problemOf(withMessages(
                  R"([{"role": "assistant", "content": null, "tool_calls": [{"id": "1"}]}])")),
              "accepted");
}

struct BadLine {
    const char* name;
    std::string line;
    const char* problem;
};

class BadChatLineTest : public testing::TestWithParam<BadLine> {};

TEST_P(BadChatLineTest, SaysWhatIsWrong) {
    EXPECT_NE(problemOf(GetParam().line).find(GetParam().problem), std::string::npos)
        << problemOf(GetParam().line);
}

INSTANTIATE_TEST_SUITE_P(
    Lines, BadChatLineTest,
    testing::Values(
        BadLine{"NoObject", "[1]", "must be a JSON object"},
        BadLine{"NoMessages", R"({"question": "x"})", "has no \"messages\""},
        BadLine{"EmptyMessages", withMessages("[]"), "at least one message"},
        BadLine{"MessageNoObject", withMessages("[3]"), "messages[0] must be an object"},
        BadLine{"UnknownRole", withMessages(R"([{"role": "robot", "content": "x"}])"),
                "messages[0].role must be system"},
        BadLine{"ContentNumber", withMessages(R"([{"role": "user", "content": 3}])"),
                "messages[0].content must be a string"},
        BadLine{"Image", withMessages(R"([{"role": "user", "content": [{"type": "image_url"}]}])"),
                "parts of type text"},
        BadLine{"EmptyAnswer", withMessages(R"([{"role": "assistant", "content": ""}])"),
                "messages[0].content is empty"},
        BadLine{"WeightOfUser", withMessages(R"([{"role": "user", "content": "x", "weight": 1}])"),
                "only known for assistant"},
        BadLine{"WeightHalf",
                withMessages(R"([{"role": "assistant", "content": "x", "weight": 0.5}])"),
                "weight must be 0 or 1"},
        BadLine{"NothingLearned",
                withMessages(R"([{"role": "assistant", "content": "x", "weight": 0}])"),
                "no assistant message to learn from"},
        BadLine{"ToolsNoList",
                R"({"messages": [{"role": "assistant", "content": "x"}], "tools": {}})",
                "tools must be a list"},
        BadLine{"Syntax", R"({"messages": )", "not valid JSON"},
        BadLine{"TooDeep", withMessages(std::string(200, '[') + std::string(200, ']')),
                "nested deeper"},
        BadLine{"TooLong", "\"" + std::string(5 << 20, 'x') + "\"", "bytes long"}),
    [](const auto& info) { return info.param.name; });

TEST(ChatDataset, NumbersEveryBadLine) {
    const std::string text = std::string(kGood) + "\n{}\n\n" + kGood + "\r\nnonsense\n";
    const auto examples = readChatDataset(text, "train.jsonl");
    ASSERT_FALSE(examples);
    EXPECT_EQ(examples.error().code, core::ErrorCode::InvalidArgument);
    EXPECT_EQ(examples.error().context, "train.jsonl");
    EXPECT_NE(examples.error().message.find("line 2: has no"), std::string::npos);
    EXPECT_NE(examples.error().message.find("line 5: "), std::string::npos);
    EXPECT_EQ(examples.error().message.find("line 4"), std::string::npos);
}

TEST(ChatDataset, SaysOnceWhatManyLinesHaveInCommon) {
    std::string text;
    for (int i = 0; i < 100; ++i)
        text += i % 10 == 9 ? "nonsense\n" : "{}\n";
    const auto examples = readChatDataset(text, "x");
    ASSERT_FALSE(examples);
    const auto& problems = examples.error().problems;
    ASSERT_EQ(problems.size(), 2u);
    EXPECT_EQ(problems[0].line, 1);
    EXPECT_EQ(problems[0].message, "has no \"messages\" (and 89 more like it, up to line 99)");
    EXPECT_EQ(problems[1].line, 10);
    EXPECT_NE(problems[1].message.find("(and 9 more like it, up to line 100)"), std::string::npos);
}

TEST(ChatDataset, AByteOrderMarkIsNoPartOfTheFirstLine) {
    const auto examples =
        readChatDataset(std::string("\xEF\xBB\xBF").append(kGood).append("\n").append(kGood), "x");
    ASSERT_TRUE(examples) << examples.error().text();
    EXPECT_EQ(examples->size(), 2u);
}

TEST(LineProblems, AreOneWhenOnlyNumbersDiffer) {
    LineProblems problems;
    problems.add(3, "messages[0].role must be a string");
    problems.add(7, "messages[12].role must be a string");
    problems.add(9, "messages[12].content is empty");
    ASSERT_EQ(problems.list().size(), 2u);
    EXPECT_EQ(problems.list()[0].count, 2);
    EXPECT_EQ(problems.list()[0].lastLine, 7);
    EXPECT_EQ(problems.lines(), 3);
}

TEST(LineProblems, StopAfterTwentyKinds) {
    LineProblems problems;
    for (char c = 'a'; c <= 'z'; ++c)
        problems.add(c, std::string(1, c));
    EXPECT_TRUE(problems.full());
    EXPECT_EQ(problems.list().size(), LineProblems::kMax);
    EXPECT_NE(problems.status("x").error().message.find("not checked"), std::string::npos);
}

TEST(ChatDataset, AnEmptyFileIsAnError) {
    EXPECT_FALSE(readChatDataset("\n \n", "x"));
}

}  // namespace
}  // namespace hearth::finetune
