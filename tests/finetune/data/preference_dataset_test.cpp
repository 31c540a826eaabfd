#include "finetune/data/preference_dataset.h"

#include <gtest/gtest.h>

#include "finetune/model/packed_batch.h"
#include "tests/finetune/support/tiny_world.h"

namespace hearth::finetune {
namespace {

constexpr const char* kOpenAi =
    R"({"input": {"messages": [{"role": "user", "content": "Colour?"}], "tools": []},
       "preferred_output": [{"role": "assistant", "content": "red"}],
       "non_preferred_output": [{"role": "assistant", "content": "blue"}]})";
constexpr const char* kLists =
    R"({"prompt": [{"role": "user", "content": "Colour?"}],
       "chosen": [{"role": "assistant", "content": "red"}],
       "rejected": [{"role": "assistant", "content": "blue"}]})";
constexpr const char* kImplicit =
    R"({"chosen": [{"role": "user", "content": "Colour?"}, {"role": "assistant", "content": "red"}],
     "rejected": [{"role": "user", "content": "Colour?"}, {"role": "assistant", "content": "blue"}]})";
constexpr const char* kText = R"({"prompt": "The pump is", "chosen": " red", "rejected": " blue"})";

core::Result<PreferenceExample> parseLine(const std::string& line) {
    return parsePreferenceRow(nlohmann::json::parse(line));
}

std::string errorOf(const std::string& line) {
    const auto example = parseLine(line);
    return example ? "" : example.error().message;
}

/// The line breaks are for reading.
std::string oneLine(std::string text) {
    std::erase(text, '\n');
    return text;
}

TEST(PreferenceLine, ListsOfMessagesMeanTheSameInEverySpelling) {
    for (const char* line : {kOpenAi, kLists, kImplicit}) {
        const auto example = parseLine(line);
        ASSERT_TRUE(example) << example.error().text();
        EXPECT_FALSE(example->chosen.text);
        ASSERT_EQ(example->chosen.messages.size(), 2u);
        EXPECT_EQ(example->chosen.messages[0]["content"], "Colour?");
        EXPECT_EQ(example->chosen.messages[1]["content"], "red");
        EXPECT_EQ(example->rejected.messages[1]["content"], "blue");
    }
}

TEST(PreferenceLine, ThePromptsOwnAnswersAreNotLearned) {
    const auto example = parseLine(
        R"({"prompt": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"},
                       {"role": "user", "content": "c"}],
            "chosen": [{"role": "assistant", "content": "d"}],
            "rejected": [{"role": "assistant", "content": "e"}]})");
    ASSERT_TRUE(example) << example.error().text();
    EXPECT_EQ(example->chosen.learned, (std::vector<bool>{false, true}));
    EXPECT_EQ(example->rejected.learned, (std::vector<bool>{false, true}));
}

TEST(PreferenceLine, PlainTextIsKeptAsItIs) {
    const auto example = parseLine(kText);
    ASSERT_TRUE(example) << example.error().text();
    ASSERT_TRUE(example->chosen.text && example->rejected.text);
    EXPECT_EQ(example->chosen.text->prompt, "The pump is");
    EXPECT_EQ(example->rejected.text->prompt, "The pump is");
    EXPECT_EQ(example->rejected.text->answer, " blue");
}

TEST(PreferenceLine, ErrorsNameTheField) {
    EXPECT_NE(errorOf(R"({"messages": []})").find("must have \"input\""), std::string::npos);
    EXPECT_EQ(errorOf(R"({"preferred_output": [], "non_preferred_output": []})"),
              "has no \"input\" object");
    EXPECT_NE(errorOf(R"({"prompt": "a", "chosen": ["b"], "rejected": "c"})").find("three strings"),
              std::string::npos);
    EXPECT_NE(errorOf(R"({"prompt": "a", "chosen": "", "rejected": "c"})").find("not be empty"),
              std::string::npos);
    EXPECT_NE(errorOf(R"({"prompt": [{"role": "user", "content": "a"}],
                          "chosen": [{"role": "user", "content": "b"}],
                          "rejected": [{"role": "assistant", "content": "c"}]})")
                  .find("chosen has no assistant message"),
              std::string::npos);
    EXPECT_NE(errorOf(R"({"input": {"messages": [{"role": "user", "content": "a"}]},
                          "preferred_output": [{"role": "assistant", "content": "b"}],
                          "non_preferred_output": [{"role": "robot", "content": "c"}]})")
                  .find("non_preferred_output[0].role"),
              std::string::npos);
    EXPECT_NE(errorOf(R"({"chosen": [{"role": "user", "content": "a"}],
                          "rejected": [{"role": "user", "content": "b"}]})")
                  .find("begin differently"),
              std::string::npos);
}

TEST(PreferenceDataset, IsTellableFromChats) {
    EXPECT_TRUE(isPreferenceDataset("\n" + oneLine(kOpenAi) + "\n"));
    EXPECT_TRUE(isPreferenceDataset(kText));
    EXPECT_FALSE(isPreferenceDataset(R"({"messages": []})"));
    EXPECT_FALSE(isPreferenceDataset("no JSON"));
    EXPECT_FALSE(isPreferenceDataset(""));
}

TEST(PreferenceDataset, BadLinesAreNumbered) {
    const auto examples =
        readPreferenceDataset(oneLine(kOpenAi) + "\n\n{\"prompt\": 1}\n" + kText + "\n", "p.jsonl");
    ASSERT_FALSE(examples);
    EXPECT_TRUE(examples.error().message.starts_with("line 3: must have"));
    EXPECT_EQ(examples.error().context, "p.jsonl");
    EXPECT_FALSE(readPreferenceDataset("\n\n", "p.jsonl"));
}

class PreferenceTokensTest : public testing::Test {
protected:
    PreferenceTokensTest()
        : m_format(engine::ChatFormat::load(m_world.path("tokenizer")).valueOrThrow()) {}

    core::Result<TokenizedDataset> tokens(const std::string& text, int64_t maxLength = 64,
                                          bool truncate = false) {
        const auto examples = readPreferenceDataset(text, "p.jsonl").valueOrThrow();
        return tokenizePreferences(m_format, examples,
                                   {.max_seq_len = maxLength, .truncate = truncate});
    }
    /// What is learned of an example, as text.
    std::string learned(const TokenizedExample& example) {
        std::vector<int32_t> ids;
        for (const int32_t label : example.labels)
            if (label != kIgnoredLabel)
                ids.push_back(label);
        return m_format.tokenizer().decode(ids);
    }

    test::TinyWorld m_world;
    engine::ChatFormat m_format;
};

TEST_F(PreferenceTokensTest, OnlyTheAnswersAreLabels) {
    for (const std::string& line : {oneLine(kOpenAi), std::string(kText)}) {
        const auto dataset = tokens(line);
        ASSERT_TRUE(dataset) << dataset.error().text();
        ASSERT_EQ(dataset->examples.size(), 2u);
        EXPECT_NE(learned(dataset->examples[0]).find("red"), std::string::npos);
        EXPECT_EQ(learned(dataset->examples[0]).find("Colour"), std::string::npos);
        EXPECT_EQ(learned(dataset->examples[0]).find("pump"), std::string::npos);
        EXPECT_NE(learned(dataset->examples[1]).find("blue"), std::string::npos);
        // The end of the answer is learned, too.
        const auto eos = m_format.tokenizer().eosId();
        EXPECT_EQ(dataset->examples[0].labels.back(), eos.value());
    }
}

TEST_F(PreferenceTokensTest, EqualAnswersAreRefused) {
    const auto equal = tokens(R"({"prompt": "a", "chosen": "b", "rejected": "b"})");
    ASSERT_FALSE(equal);
    EXPECT_NE(equal.error().message.find("line 1: the answers are equal"), std::string::npos);
}

TEST_F(PreferenceTokensTest, LongAnswersAreRefusedOrCutAndCounted) {
    const std::string line =
        R"({"prompt": "a", "chosen": "red )" + std::string(400, 'x') + R"(", "rejected": "blue"})";
    const auto refused = tokens(line, 16);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("more than max_seq_len 16"), std::string::npos);
    const auto cut = tokens(line, 16, true);
    ASSERT_TRUE(cut) << cut.error().text();
    EXPECT_EQ(cut->truncated, 1);
    EXPECT_LE(cut->examples[0].ids.size(), 16u);
}

}  // namespace
}  // namespace hearth::finetune
