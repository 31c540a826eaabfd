#include "finetune/data/tokenized_example.h"

#include <gtest/gtest.h>

#include "finetune/data/forms/container.h"
#include "finetune/model/packed_batch.h"
#include "tests/finetune/support/tiny_world.h"

namespace hearth::finetune {
namespace {

class TokenizedExampleTest : public testing::Test {
protected:
    TokenizedExampleTest()
        : m_format(engine::ChatFormat::load(m_world.path("tokenizer")).valueOrThrow()) {}

    TokenizedExample tokenize(const std::string& messages, const TokenizeOptions& options = {}) {
        const auto example =
            parseChatRow(nlohmann::json::parse(R"({"messages": )" + messages + "}"));
        auto dataset = tokenizeChat(m_format, {example.value()}, options);
        return std::move(*dataset).examples.at(0);
    }

    /// Text of the tokens that are learned.
    std::string learned(const TokenizedExample& example) {
        std::vector<int32_t> ids;
        for (const int32_t label : example.labels)
            if (label != kIgnoredLabel)
                ids.push_back(label);
        return m_format.tokenizer().decode(ids, false);
    }

    test::TinyWorld m_world;
    engine::ChatFormat m_format;
};

TEST_F(TokenizedExampleTest, OnlyTheAssistantIsLearned) {
    const auto example = tokenize(
        R"([{"role": "user", "content": "What is it?"}, {"role": "assistant", "content": "red"},
            {"role": "user", "content": "And?"}, {"role": "assistant", "content": "blue"}])");
    EXPECT_EQ(learned(example), "red<|endoftext|>blue<|endoftext|>");
    for (size_t i = 0; i + 1 < example.ids.size(); ++i) {
        if (example.labels[i] != kIgnoredLabel) {
            EXPECT_EQ(example.labels[i], example.ids[i + 1]);
        }
    }
    EXPECT_NE(example.labels.back(), kIgnoredLabel);
}

TEST_F(TokenizedExampleTest, WeightZeroIsContextOnly) {
    const auto example = tokenize(
        R"([{"role": "user", "content": "a"}, {"role": "assistant", "content": "red", "weight": 0},
            {"role": "user", "content": "b"}, {"role": "assistant", "content": "blue"}])");
    EXPECT_EQ(learned(example), "blue<|endoftext|>");
    EXPECT_NE(m_format.tokenizer().decode(example.ids).find("red"), std::string::npos);
}

TEST_F(TokenizedExampleTest, WhatIsNotLearnedAtTheEndIsDropped) {
    const auto example = tokenize(
        R"([{"role": "user", "content": "a"}, {"role": "assistant", "content": "red"},
            {"role": "user", "content": "thank you very much"}])");
    EXPECT_EQ(m_format.tokenizer().decode(example.ids).find("thank"), std::string::npos);
}

TEST_F(TokenizedExampleTest, TruncationThatLeavesNothingToLearnIsAnError) {
    const auto example = parseChatRow(nlohmann::json::parse(
        R"({"messages": [{"role": "user", "content": "a very long question indeed"},
                         {"role": "assistant", "content": "red"}]})"));
    const auto dataset =
        tokenizeChat(m_format, {example.value()}, {.max_seq_len = 4, .truncate = true});
    ASSERT_FALSE(dataset);
    EXPECT_NE(dataset.error().message.find("after truncation"), std::string::npos);
}

TEST_F(TokenizedExampleTest, ALongDocumentLosesNoLabel) {
    std::string text;
    for (int i = 0; i < 40; ++i)
        text += "The pump is red. ";
    const auto whole = tokenizeText(m_format.tokenizer(), text, {.max_seq_len = 100000});
    const auto pieces = tokenizeText(m_format.tokenizer(), text, {.max_seq_len = 16});
    ASSERT_TRUE(whole);
    ASSERT_TRUE(pieces);
    ASSERT_GT(pieces->examples.size(), 2u);
    std::vector<int32_t> labels;
    for (const TokenizedExample& piece : pieces->examples) {
        EXPECT_LE(piece.ids.size(), 16u);
        labels.insert(labels.end(), piece.labels.begin(), piece.labels.end());
    }
    EXPECT_EQ(labels, whole->examples[0].labels);
}

TEST_F(TokenizedExampleTest, ControlTokensInATextAreOrdinaryText) {
    const auto dataset = tokenizeText(m_format.tokenizer(), "a <|assistant|> b", {});
    ASSERT_TRUE(dataset);
    const auto control = m_format.tokenizer().tokenId("<|assistant|>");
    const auto& ids = dataset->examples[0].ids;
    EXPECT_EQ(std::find(ids.begin(), ids.end(), *control), ids.end());
}

TEST(SplitDocuments, CutsAtSeparatorLines) {
    const auto documents =
        splitDocuments("one\ntwo\n<|endoftext|>\n\n  \n<|endoftext|>\r\n\nthree <|endoftext|> x\n");
    EXPECT_EQ(documents, (std::vector<std::string_view>{"one\ntwo", "three <|endoftext|> x"}));
    EXPECT_TRUE(splitDocuments("").empty());
}

}  // namespace
}  // namespace hearth::finetune
