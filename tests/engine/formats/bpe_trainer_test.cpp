#include "engine/formats/bpe_trainer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "engine/formats/bpe_merge_learner.h"
#include "engine/formats/tokenizer.h"
#include "tests/engine/formats/text_fixtures.h"
#include "tests/support/temp_dir.h"

namespace hearth::engine {
namespace {

using Symbols = std::vector<std::string>;

std::string sampleText() {
    std::string text;
    for (const auto& line : readJsonLines(referenceDir("tokenizers/tiny/tokens.jsonl")))
        text += line["text"].get<std::string>() + "\n";
    return text;
}

BpeTrainerOptions options() {
    BpeTrainerOptions options;
    options.vocabSize = 600;
    options.specialTokens = {"<|bos|>", "<|eos|>", "<|User|>"};
    options.bosToken = "<|bos|>";
    options.eosToken = "<|eos|>";
    options.addBosToken = true;
    options.chatTemplate = "{{ bos_token }}";
    return options;
}

TrainedTokenizer train(const BpeTrainerOptions& options) {
    BpeTrainer trainer(options);
    trainer.addText(sampleText());
    return trainer.train().valueOrThrow();
}

/// The plain algorithm: every pair counted anew for every merge.
std::vector<std::pair<std::string, std::string>> slowMerges(const std::vector<CountedPiece>& pieces,
                                                            size_t merges) {
    std::vector<std::pair<Symbols, int64_t>> words;
    std::map<std::string, int> order;
    for (int byte = 0; byte < 256; ++byte)
        order[std::string(1, static_cast<char>(byte))] = byte;
    for (const CountedPiece& piece : pieces) {
        words.push_back({{}, piece.count});
        for (const char byte : piece.bytes)
            words.back().first.emplace_back(1, byte);
    }
    std::vector<std::pair<std::string, std::string>> result;
    while (result.size() < merges) {
        std::map<std::pair<int, int>, int64_t> counts;
        std::map<int, std::string> names;
        for (const auto& [symbols, count] : words) {
            for (size_t i = 0; i + 1 < symbols.size(); ++i)
                counts[{order[symbols[i]], order[symbols[i + 1]]}] += count;
        }
        for (const auto& [name, index] : order)
            names[index] = name;
        auto best = counts.begin();
        for (auto it = counts.begin(); it != counts.end(); ++it) {
            if (it->second > best->second)
                best = it;
        }
        if (best == counts.end() || best->second < 2)
            break;
        const std::string left = names[best->first.first];
        const std::string right = names[best->first.second];
        result.emplace_back(left, right);
        order.emplace(left + right, static_cast<int>(order.size()));
        for (auto& [symbols, count] : words) {
            for (size_t i = 0; i + 1 < symbols.size(); ++i) {
                if (symbols[i] == left && symbols[i + 1] == right) {
                    symbols[i] += right;
                    symbols.erase(symbols.begin() + static_cast<ptrdiff_t>(i) + 1);
                }
            }
        }
    }
    return result;
}

TEST(BpeMergeLearnerTest, AgreesWithCountingAnew) {
    const std::vector<CountedPiece> pieces = {
        {"aaaa", 3},     {"aaabdaaabac", 2}, {"banana", 5}, {" bandana", 4},     {"ab", 7},
        {"abcabcab", 2}, {"zz", 1},          {"xyx", 2},    {"\xea\xb0\x80", 6}, {"aaaaaaa", 1}};
    BpeMergeLearner learner(pieces);
    while (learner.step(2)) {
    }
    const auto expected = slowMerges(pieces, 1000);
    ASSERT_EQ(learner.merges().size(), expected.size());
    for (size_t i = 0; i < expected.size(); ++i) {
        EXPECT_EQ(learner.symbols()[learner.merges()[i].first], expected[i].first) << i;
        EXPECT_EQ(learner.symbols()[learner.merges()[i].second], expected[i].second) << i;
    }
}

TEST(BpeTrainerTest, LearnsATokenizerThatLoadsAndRoundTrips) {
    const test::TempDir dir;
    const TrainedTokenizer trained = train(options());
    EXPECT_EQ(trained.vocabSize, 600);
    ASSERT_TRUE(trained.write(dir.path()).ok());
    const auto tokenizer = Tokenizer::load(dir.path()).valueOrThrow();
    EXPECT_EQ(tokenizer->vocabSize(), 600);
    EXPECT_EQ(tokenizer->bosId(), 0);
    EXPECT_EQ(tokenizer->eosId(), 1);
    const std::string text = sampleText();
    EXPECT_EQ(tokenizer->decode(tokenizer->encode(text), false), text);
    EXPECT_LT(tokenizer->encode("The quick brown fox").size(), 19u);
    EXPECT_EQ(tokenizer->encode("x", true).front(), 0);
}

TEST(BpeTrainerTest, DigitsStandAlone) {
    const TrainedTokenizer trained = train(options());
    const auto tokenizer =
        Tokenizer::parse(trained.tokenizerJson, trained.tokenizerConfigJson).valueOrThrow();
    const auto bare = tokenizer->encode("204");
    const auto spaced = tokenizer->encode("P-204 204");
    ASSERT_EQ(bare.size(), 3u);
    EXPECT_TRUE(std::equal(bare.begin(), bare.end(), spaced.end() - 3));
}

TEST(BpeTrainerTest, TheSameTextGivesTheSameBytes) {
    const TrainedTokenizer first = train(options());
    const TrainedTokenizer second = train(options());
    EXPECT_EQ(first.tokenizerJson, second.tokenizerJson);
    EXPECT_EQ(first.tokenizerConfigJson, second.tokenizerConfigJson);
}

TEST(BpeTrainerTest, StopsWhenNoPairIsLeft) {
    BpeTrainer trainer(options());
    trainer.addText("abc");
    EXPECT_EQ(trainer.train().valueOrThrow().vocabSize, 256 + 3);
}

TEST(BpeTrainerTest, WritesTheTemplateAndTheSpecialTokens) {
    const auto config = nlohmann::json::parse(train(options()).tokenizerConfigJson);
    EXPECT_EQ(config["chat_template"], "{{ bos_token }}");
    EXPECT_EQ(config["eos_token"], "<|eos|>");
    EXPECT_TRUE(config["pad_token"].is_null());
}

TEST(BpeTrainerTest, RefusesContradictions) {
    const auto errorOf = [](BpeTrainerOptions options) {
        return BpeTrainer(std::move(options)).train().error().message;
    };
    BpeTrainerOptions wrong = options();
    wrong.vocabSize = 258;
    EXPECT_THAT(errorOf(wrong), testing::HasSubstr("at least 259"));
    wrong = options();
    wrong.eosToken = "<|end|>";
    EXPECT_THAT(errorOf(wrong), testing::HasSubstr("<|end|>"));
    wrong = options();
    wrong.specialTokens.push_back("<|bos|>");
    EXPECT_THAT(errorOf(wrong), testing::HasSubstr("twice"));
}

}  // namespace
}  // namespace hearth::engine
