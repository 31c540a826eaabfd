#include "finetune/data/prompt_dataset.h"

#include <gtest/gtest.h>

namespace hearth::finetune {
namespace {

constexpr const char* kPrompt = R"({"messages": [{"role": "user", "content": "1+2?"}], "sum": 3})";
constexpr const char* kChat =
    R"({"messages": [{"role": "user", "content": "1+2?"}, {"role": "assistant", "content": "3"}]})";

TEST(PromptDataset, IsToldFromConversationsByMostOfItsRows) {
    const std::string prompt = kPrompt, chat = kChat;
    EXPECT_TRUE(isPromptDataset("\n" + prompt + "\n" + chat));
    EXPECT_FALSE(isPromptDataset(chat + "\n" + prompt + "\n" + chat));
    EXPECT_FALSE(isPromptDataset(R"({"chosen": [], "rejected": []})"));
    for (const char* line : {"", "{broken", "[]", R"({"messages": []})", R"({"messages": "user"})",
                             R"({"messages": ["user"]})", R"({"messages": [{"content": "a"}]})"})
        EXPECT_FALSE(isPromptDataset(line)) << line;
}

TEST(PromptDataset, KeepsTheWholeLineForGraders) {
    const auto prompts = readPromptDataset(kPrompt, "sums.jsonl");
    ASSERT_TRUE(prompts) << prompts.error().text();
    ASSERT_EQ(prompts->size(), 1u);
    EXPECT_EQ((*prompts)[0].item["sum"], 3);
    EXPECT_EQ((*prompts)[0].messages[0]["content"], "1+2?");
}

TEST(PromptDataset, NumbersLinesThatHoldTheirAnswer) {
    const auto prompts =
        readPromptDataset(std::string(kPrompt).append("\n").append(kChat), "sums.jsonl");
    ASSERT_FALSE(prompts);
    ASSERT_EQ(prompts.error().problems.size(), 1u);
    EXPECT_EQ(prompts.error().problems[0].line, 2);
}

}  // namespace
}  // namespace hearth::finetune
