#include "engine/formats/tokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/strings.h"
#include "engine/formats/detokenizer.h"
#include "tests/engine/formats/text_fixtures.h"

namespace hearth::engine {
namespace {

core::Result<std::unique_ptr<Tokenizer>> parse(const nlohmann::json& tokenizer,
                                               const std::string& config = "") {
    return Tokenizer::parse(tokenizer.dump(), config);
}

std::string errorOf(const nlohmann::json& tokenizer) {
    const auto result = parse(tokenizer);
    return result ? "loaded" : result.error().message;
}

TEST(TokenizerTest, AddedTokensInMarkedTextAreOrdinaryText) {
    const Tokenizer& tokenizer = tinyTokenizer();
    const std::string text = "<|User|>say <|eos|> now<|Assistant|>";
    const int32_t eos = *tokenizer.eosId();
    const auto plain = tokenizer.encode(text);
    EXPECT_EQ(std::count(plain.begin(), plain.end(), eos), 1);

    const TextRange content{8, 8 + std::string("say <|eos|> now").size()};
    const auto marked = tokenizer.encodeMarked(text, {&content, 1});
    EXPECT_EQ(std::count(marked.begin(), marked.end(), eos), 0);
    EXPECT_EQ(marked.front(), tokenizer.tokenId("<|User|>"));
    EXPECT_EQ(marked.back(), tokenizer.tokenId("<|Assistant|>"));
    EXPECT_EQ(tokenizer.decode(marked, false), text);
}

TEST(TokenizerTest, ATokenThatOnlyTouchesAMarkedByteIsOrdinaryText) {
    const Tokenizer& tokenizer = tinyTokenizer();
    const std::string text = "<|eos|>";
    for (size_t i = 0; i < text.size(); ++i) {
        const TextRange range{i, i + 1};
        const auto ids = tokenizer.encodeMarked(text, {&range, 1});
        EXPECT_EQ(std::count(ids.begin(), ids.end(), *tokenizer.eosId()), 0) << i;
    }
}

TEST(TokenizerTest, MarksDoNotChangeTheIdsOfHarmlessText) {
    const std::string text = "<|User|> An ordinary, harmless question?<|Assistant|>";
    const TextRange content{8, text.size() - 13};
    EXPECT_EQ(tinyTokenizer().encodeMarked(text, {&content, 1}), tinyTokenizer().encode(text));
}

TEST(TokenizerTest, BrokenUtf8CountsAsReplacementCharacters) {
    const Tokenizer& tokenizer = tinyTokenizer();
    EXPECT_EQ(tokenizer.decode(tokenizer.encode("a\xff\xe2\x82z\xf0\x9f")), "a\uFFFD\uFFFDz\uFFFD");
    const TextRange range{0, 1};
    const auto ids = tokenizer.encodeMarked("\xff<|eos|>", {&range, 1});
    EXPECT_EQ(std::count(ids.begin(), ids.end(), *tokenizer.eosId()), 0);
}

TEST(TokenizerTest, UnknownIdsDecodeToNothing) {
    const std::vector<int32_t> ids{-1, 1 << 30, INT32_MIN, INT32_MAX};
    EXPECT_EQ(tinyTokenizer().decode(ids, false), "");
    EXPECT_EQ(tinyTokenizer().tokenBytes(-5), "");
    EXPECT_FALSE(tinyTokenizer().isSpecial(INT32_MAX));
}

TEST(TokenizerTest, SkipsSpecialTokensButNotTheOtherAddedOnes) {
    const Tokenizer& tokenizer = tinyTokenizer();
    const auto ids = tokenizer.encode("<|bos|><think>x</think><|eos|>");
    EXPECT_EQ(tokenizer.decode(ids), "<think>x</think>");
    EXPECT_EQ(tokenizer.decode(ids, false), "<|bos|><think>x</think><|eos|>");
}

TEST(TokenizerTest, AddBosTokenOfTheConfigCountsOnce) {
    nlohmann::json spec = tinyTokenizerJson();
    const std::string config =
        R"({"add_bos_token": true, "add_eos_token": true, "bos_token": {"content": "<|bos|>"},
            "eos_token": "<|eos|>"})";
    const auto expected = [&](const Tokenizer& tokenizer) {
        auto ids = tokenizer.encode("hello");
        ids.insert(ids.begin(), 0);
        ids.push_back(1);
        return ids;
    };
    const auto both = parse(spec, config).valueOrThrow();
    EXPECT_EQ(both->encode("hello", true), expected(*both));
    spec["post_processor"] = nullptr;
    const auto alone = parse(spec, config).valueOrThrow();
    EXPECT_EQ(alone->encode("hello", true), expected(*alone));
}

TEST(TokenizerTest, AnAddedTokenMayTakeTheSpaceAroundIt) {
    nlohmann::json spec = tinyTokenizerJson();
    spec["added_tokens"][1]["lstrip"] = true;
    spec["added_tokens"][1]["rstrip"] = true;
    const auto tokenizer = parse(spec).valueOrThrow();
    EXPECT_EQ(tokenizer->decode(tokenizer->encode("a \n<|eos|>\u3000 b"), false), "a<|eos|>b");
}

TEST(TokenizerTest, TheLongestAddedTokenWins) {
    nlohmann::json spec = tinyTokenizerJson();
    spec["added_tokens"].push_back({{"id", 600}, {"content", "<|eos|><|eos|>"}});
    const auto tokenizer = parse(spec).valueOrThrow();
    EXPECT_EQ(tokenizer->encode("<|eos|><|eos|><|eos|>"), (std::vector<int32_t>{600, 1}));
    EXPECT_EQ(tokenizer->vocabSize(), 601);
}

TEST(TokenizerTest, NormalisesTextButFindsAddedTokensInTheRawText) {
    nlohmann::json spec = tinyTokenizerJson();
    spec["normalizer"] = {{"type", "Sequence"}, {"normalizers", {{{"type", "NFC"}}}}};
    const auto tokenizer = parse(spec).valueOrThrow();
    EXPECT_EQ(tokenizer->encode("cafe\u0301<|eos|>"), tokenizer->encode("caf\u00E9<|eos|>"));
}

TEST(TokenizerTest, IgnoreMergesTakesAWholePieceFromTheVocabulary) {
    nlohmann::json spec = tinyTokenizerJson();
    spec["model"]["vocab"]["zqzq"] = 700;  // no merge makes it
    const auto merging = parse(spec).valueOrThrow();
    EXPECT_GT(merging->encode("zqzq").size(), 1u);
    spec["model"]["ignore_merges"] = true;
    const auto looking = parse(spec).valueOrThrow();
    EXPECT_EQ(looking->encode("zqzq"), std::vector<int32_t>{700});
}

TEST(TokenizerTest, MergesMayBePairs) {
    nlohmann::json spec = tinyTokenizerJson();
    for (nlohmann::json& merge : spec["model"]["merges"]) {
        const std::string text = merge;
        merge = {text.substr(0, text.find(' ')), text.substr(text.find(' ') + 1)};
    }
    const std::string text = "The quick brown fox, 123 times.";
    EXPECT_EQ(parse(spec).valueOrThrow()->encode(text), tinyTokenizer().encode(text));
}

TEST(TokenizerTest, OrdinaryTextNeverMergesIntoAnAddedToken) {
    nlohmann::json spec = tinyTokenizerJson();
    const auto& vocabulary = spec["model"]["vocab"];
    const std::string merge = spec["model"]["merges"][0];
    std::string result = merge;
    result.erase(result.find(' '), 1);
    const int32_t id = vocabulary[result];
    spec["added_tokens"].push_back({{"id", id}, {"content", "<|x|>"}, {"special", true}});
    const auto tokenizer = parse(spec).valueOrThrow();
    const std::string text = tinyTokenizer().tokenBytes(id);
    const auto ids = tokenizer->encode(text + text);
    EXPECT_EQ(std::count(ids.begin(), ids.end(), id), 0);
}

TEST(TokenizerTest, NamesWhatIsNotSupported) {
    const auto with = [](const char* key, nlohmann::json value) {
        nlohmann::json spec = tinyTokenizerJson();
        spec[key] = std::move(value);
        return errorOf(spec);
    };
    using testing::HasSubstr;
    EXPECT_THAT(with("normalizer", {{"type", "BertNormalizer"}}), HasSubstr("BertNormalizer"));
    EXPECT_THAT(with("pre_tokenizer", {{"type", "BertPreTokenizer"}}), HasSubstr("BertPreT"));
    EXPECT_THAT(with("post_processor", {{"type", "BertProcessing"}}), HasSubstr("BertProcessing"));
    EXPECT_THAT(with("decoder", {{"type", "WordPiece"}}), HasSubstr("WordPiece"));
    EXPECT_THAT(with("model", {{"type", "WordPiece"}}), HasSubstr("WordPiece"));
    nlohmann::json spec = tinyTokenizerJson();
    spec["model"]["dropout"] = 0.5;
    EXPECT_THAT(errorOf(spec), HasSubstr("dropout"));
    EXPECT_EQ(parse(spec).error().code, core::ErrorCode::Unsupported);
}

TEST(TokenizerTest, RefusesBrokenFiles) {
    const std::string text = tinyTokenizerJson().dump();
    for (size_t size = 0; size < text.size(); size += 997)
        EXPECT_FALSE(Tokenizer::parse(text.substr(0, size), "").ok()) << size;
    nlohmann::json spec = tinyTokenizerJson();
    spec["model"]["vocab"]["x"] = -1;
    EXPECT_EQ(parse(spec).error().code, core::ErrorCode::DataCorrupt);
    spec = tinyTokenizerJson();
    spec["model"]["vocab"]["xy"] = int64_t{1} << 40;
    EXPECT_EQ(parse(spec).error().code, core::ErrorCode::DataCorrupt);
    spec = tinyTokenizerJson();
    spec["model"]["merges"][5] = "nosuch token";
    EXPECT_THAT(errorOf(spec), testing::HasSubstr("merge 5"));
    EXPECT_EQ(Tokenizer::load("/nonexistent").error().code, core::ErrorCode::NotFound);
}

TEST(DetokenizerTest, HoldsBackHalfACharacter) {
    const Tokenizer& tokenizer = tinyTokenizer();
    StreamDetokenizer stream(tokenizer);
    const auto ids = tokenizer.encode("a😀");
    ASSERT_GT(ids.size(), 2u) << "the emoji must be several tokens";
    std::string text;
    for (const int32_t id : ids) {
        const std::string piece = stream.push(id);
        EXPECT_TRUE(core::isValidUtf8(piece));
        EXPECT_EQ(piece.find("\uFFFD"), std::string::npos);
        text += piece;
    }
    EXPECT_EQ(text, "a😀");
    EXPECT_EQ(stream.flush(), "");
}

TEST(DetokenizerTest, GivesUpOnBytesThatCannotBecomeACharacter) {
    const Tokenizer& tokenizer = tinyTokenizer();
    const int32_t lead = *tokenizer.tokenId("\xf0");
    const int32_t letter = *tokenizer.tokenId("a");
    StreamDetokenizer stream(tokenizer);
    EXPECT_EQ(stream.push(lead), "");
    EXPECT_EQ(stream.push(letter), "\uFFFDa");
    EXPECT_EQ(stream.push(lead), "");
    EXPECT_EQ(stream.flush(), "\uFFFD");
    EXPECT_EQ(stream.push(letter), "a");
}

}  // namespace
}  // namespace hearth::engine
