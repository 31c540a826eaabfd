// Tokenizers of every kind that a tokenizer.json may describe, against Hugging Face's tokenizers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/strings.h"
#include "engine/formats/detokenizer.h"
#include "engine/formats/gguf_vocabulary.h"
#include "tests/engine/formats/text_fixtures.h"

namespace hearth::engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::filesystem::path dirOf(const std::string& kind) {
    return std::filesystem::path(HEARTH_TEST_DATA_DIR) / "tokenizers" / kind;
}

std::unique_ptr<Tokenizer> load(const std::string& kind) {
    return Tokenizer::load(dirOf(kind)).valueOrThrow();
}

nlohmann::json specOf(const std::string& kind) {
    return nlohmann::json::parse(readReference(dirOf(kind) / "tokenizer.json"));
}

std::string streamed(const Tokenizer& tokenizer, const std::vector<int32_t>& ids,
                     bool skipSpecial) {
    StreamDetokenizer stream(tokenizer, skipSpecial);
    std::string text;
    for (const int32_t id : ids) {
        const std::string piece = stream.push(id);
        EXPECT_TRUE(core::isValidUtf8(piece));
        text += piece;
    }
    return text + stream.flush();
}

class TokenizerKindTest : public testing::TestWithParam<std::string> {};

TEST_P(TokenizerKindTest, EncodesAsHuggingFace) {
    const auto tokenizer = load(GetParam());
    for (const auto& line : readJsonLines(dirOf(GetParam()) / "tokens.jsonl")) {
        const std::string text = line["text"];
        const auto ids = line["ids"].get<std::vector<int32_t>>();
        EXPECT_EQ(tokenizer->encode(text), ids) << text;
        EXPECT_EQ(tokenizer->encode(text, true),
                  line.value("ids_with_special", line["ids"]).get<std::vector<int32_t>>())
            << text;
    }
}

TEST_P(TokenizerKindTest, DecodesAsHuggingFaceInOneGoAndStreamed) {
    const auto tokenizer = load(GetParam());
    for (const auto& line : readJsonLines(dirOf(GetParam()) / "tokens.jsonl")) {
        const auto ids = line["ids"].get<std::vector<int32_t>>();
        EXPECT_EQ(tokenizer->decode(ids, false), line["decoded"]);
        EXPECT_EQ(tokenizer->decode(ids, true), line["decoded_without_special"]);
        EXPECT_EQ(streamed(*tokenizer, ids, false), line["decoded"]);
        EXPECT_EQ(streamed(*tokenizer, ids, true), line["decoded_without_special"]);
    }
}

TEST_P(TokenizerKindTest, StreamsNoHalfCharacterAndTakesNothingBack) {
    const auto tokenizer = load(GetParam());
    for (const auto& line : readJsonLines(dirOf(GetParam()) / "tokens.jsonl")) {
        const auto ids = line["ids"].get<std::vector<int32_t>>();
        const std::string whole = line["decoded"];
        StreamDetokenizer stream(*tokenizer, false);
        std::string text;
        for (size_t n = 1; n <= ids.size(); ++n) {
            text += stream.push(ids[n - 1]);
            EXPECT_TRUE(whole.starts_with(text)) << text;
            EXPECT_TRUE(tokenizer->decode({ids.data(), n}, false).starts_with(text)) << text;
        }
    }
}

TEST_P(TokenizerKindTest, TextThatAUserMarkedNeverBecomesAnAddedToken) {
    const auto tokenizer = load(GetParam());
    const std::string text = "<s>a[TOOL]b</s> [STRIP] <unk> [norm] tool";
    const TextRange whole{0, text.size()};
    for (const int32_t id : tokenizer->encodeMarked(text, {&whole, 1}))
        EXPECT_FALSE(tokenizer->isAdded(id)) << id;
    const TextRange part{3, 10};  // "a[TOOL]b" but for its ends
    const auto ids = tokenizer->encodeMarked(text, {&part, 1});
    EXPECT_EQ(std::count(ids.begin(), ids.end(), *tokenizer->tokenId("[TOOL]")), 0);
    EXPECT_EQ(ids.front(), *tokenizer->tokenId("<s>"));
}

TEST_P(TokenizerKindTest, ALongWordEndsInTime) {
    const auto tokenizer = load(GetParam());
    std::string word;
    for (int i = 0; word.size() < 20'000; ++i)
        word += i % 7 == 3 ? "쇠" : "hammer" + std::to_string(i * i);
    EXPECT_EQ(tokenizer->decode(tokenizer->encode(word)), word);
}

INSTANTIATE_TEST_SUITE_P(Trained, TokenizerKindTest, testing::Values("bpe", "unigram", "words"),
                         [](const auto& info) { return info.param; });

TEST(SentencePieceTest, ATextThatGoesOnGetsNoSpaceInFront) {
    for (const char* kind : {"bpe", "unigram"}) {
        const auto tokenizer = load(kind);
        const auto ids = tokenizer->encodeMarked("hearth", {}, true);
        EXPECT_EQ(tokenizer->tokenBytes(ids.front()).front(), 'h') << kind;
        EXPECT_EQ(tokenizer->tokenBytes(tokenizer->encode("hearth").front()).front(), ' ') << kind;
    }
}

TEST(SentencePieceTest, ATokenIsFoundByEitherSpelling) {
    const auto tokenizer = load("bpe");
    ASSERT_TRUE(tokenizer->tokenId("▁the"));
    EXPECT_EQ(tokenizer->tokenId(" the"), tokenizer->tokenId("▁the"));
    EXPECT_EQ(tokenizer->tokenBytes(*tokenizer->tokenId("▁the")), " the");
}

TEST(SentencePieceTest, BytesThatFormNoCharacterAreReplacedOneByOne) {
    const auto tokenizer = load("bpe");
    const int32_t lead = *tokenizer->tokenId("<0xF0>");
    const int32_t letter = *tokenizer->tokenId("a");
    const std::vector<int32_t> ids{letter, lead, lead, letter};
    EXPECT_EQ(tokenizer->decode(ids), "a\uFFFD\uFFFDa");
    EXPECT_EQ(streamed(*tokenizer, ids, true), "a\uFFFD\uFFFDa");
}

TEST(SentencePieceTest, WhatHasNoTokenAndNoBytesIsUnknown) {
    nlohmann::json spec = specOf("bpe");
    spec["model"]["byte_fallback"] = false;
    const auto fused = Tokenizer::parse(spec.dump(), "").valueOrThrow();
    EXPECT_THAT(fused->encodeMarked("궯뷁", {}, true), ElementsAre(0));
    spec["model"]["fuse_unk"] = false;
    const auto single = Tokenizer::parse(spec.dump(), "").valueOrThrow();
    EXPECT_THAT(single->encodeMarked("궯뷁", {}, true), ElementsAre(0, 0));
}

TEST(SentencePieceTest, GgufKeepsScoresInPlaceOfMerges) {
    const std::string config = R"({"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"})";
    const GgufVocabulary vocabulary = ggufVocabulary(specOf("bpe").dump(), config).valueOrThrow();
    EXPECT_EQ(vocabulary.model, "llama");
    EXPECT_EQ(vocabulary.token_type[0], static_cast<int32_t>(GgufTokenType::Unknown));
    EXPECT_EQ(vocabulary.token_type[3], static_cast<int32_t>(GgufTokenType::Byte));
    EXPECT_EQ(vocabulary.add_space_prefix, true);
    EXPECT_EQ(vocabulary.add_bos_token, true);
    const auto again = Tokenizer::parse(tokenizerJson(vocabulary).valueOrThrow(),
                                        tokenizerConfigJson(vocabulary).valueOrThrow())
                           .valueOrThrow();
    for (const auto& line : readJsonLines(dirOf("bpe") / "tokens.jsonl")) {
        const std::string text = line["text"];
        // GGUF has no place for the flags of added tokens.
        if (text.find("tool") == std::string::npos && text.find("STRIP") == std::string::npos) {
            EXPECT_EQ(again->encode(text), line["ids"].get<std::vector<int32_t>>()) << text;
        }
    }
}

TEST(UnigramTest, RefusesABrokenCharsmap) {
    nlohmann::json spec = specOf("unigram");
    const std::string good = spec["normalizer"]["precompiled_charsmap"];
    for (const std::string& bad : {std::string("!"), std::string("AAAA"), good.substr(0, 8)}) {
        spec["normalizer"]["precompiled_charsmap"] = bad;
        const auto result = Tokenizer::parse(spec.dump(), "");
        ASSERT_FALSE(result.ok()) << bad;
        EXPECT_THAT(result.error().message, HasSubstr("precompiled_charsmap"));
    }
}

TEST(UnigramTest, RefusesABrokenVocabulary) {
    nlohmann::json spec = specOf("unigram");
    spec["model"]["unk_id"] = 1 << 20;
    EXPECT_FALSE(Tokenizer::parse(spec.dump(), "").ok());
    spec = specOf("unigram");
    spec["model"]["vocab"][5] = {"only text"};
    EXPECT_EQ(Tokenizer::parse(spec.dump(), "").error().code, core::ErrorCode::DataCorrupt);
}

}  // namespace
}  // namespace hearth::engine
