#include "engine/formats/gguf_vocabulary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/formats/gguf_pre_tokenizer.h"
#include "tests/engine/formats/text_fixtures.h"

namespace hearth::engine {
namespace {

using testing::HasSubstr;

std::string tinyConfig() {
    return readReference(referenceDir("tokenizers/tiny/tokenizer_config.json"));
}

std::unique_ptr<Tokenizer> tokenizerOf(const GgufVocabulary& vocabulary) {
    const std::string json = tokenizerJson(vocabulary).valueOrThrow();
    return Tokenizer::parse(json, tokenizerConfigJson(vocabulary).valueOrThrow()).valueOrThrow();
}

/// Every pattern that GGUF has a name for, in the place of the tiny tokenizer's own.
GgufVocabulary tinyVocabularyAs(std::string_view pre) {
    nlohmann::json spec = tinyTokenizerJson();
    nlohmann::json list = nlohmann::json::array();
    for (const std::string_view pattern : findGgufPreTokenizer(pre)->patterns)
        list.push_back({{"type", "Split"},
                        {"pattern", {{"Regex", pattern}}},
                        {"behavior", "Isolated"},
                        {"invert", false}});
    list.push_back({{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", false}});
    spec["pre_tokenizer"] = {{"type", "Sequence"}, {"pretokenizers", list}};
    spec["model"]["ignore_merges"] = findGgufPreTokenizer(pre)->ignoreMerges;
    return ggufVocabulary(spec.dump(), tinyConfig()).valueOrThrow();
}

TEST(GgufVocabularyTest, ByteLevelGoesThereAndBack) {
    for (const GgufPreTokenizer& kind : ggufPreTokenizers()) {
        const std::string name(kind.names.front());
        const GgufVocabulary vocabulary = tinyVocabularyAs(name);
        EXPECT_EQ(vocabulary.model, "gpt2");
        EXPECT_EQ(vocabulary.pre, name);
        const auto again = tokenizerOf(vocabulary);
        EXPECT_EQ(again->vocabSize(), tinyTokenizer().vocabSize());
        EXPECT_EQ(again->eosId(), tinyTokenizer().eosId());
        const std::string text = "<|bos|>It's 1234 tests, isn't it?\n\n 세 번째 行 don't<|eos|>";
        const auto ids = again->encode(text);
        EXPECT_EQ(again->decode(ids, false), text) << name;
        EXPECT_EQ(ids.front(), tinyTokenizer().bosId()) << name;
    }
}

TEST(GgufVocabularyTest, KeepsWhatTheConfigSays) {
    GgufVocabulary vocabulary = tinyVocabularyAs("qwen2");
    vocabulary.chat_template = "{{ messages }}";
    vocabulary.add_bos_token = true;
    vocabulary.add_eos_token = true;
    const std::string config = tokenizerConfigJson(vocabulary).valueOrThrow();
    const GgufVocabulary again =
        ggufVocabulary(tokenizerJson(vocabulary).valueOrThrow(), config).valueOrThrow();
    EXPECT_EQ(again.tokens, vocabulary.tokens);
    EXPECT_EQ(again.token_type, vocabulary.token_type);
    EXPECT_EQ(again.merges, vocabulary.merges);
    EXPECT_EQ(again.bos_token_id, vocabulary.bos_token_id);
    EXPECT_EQ(again.eos_token_id, vocabulary.eos_token_id);
    EXPECT_EQ(again.padding_token_id, vocabulary.padding_token_id);
    EXPECT_EQ(again.chat_template, vocabulary.chat_template);
    EXPECT_EQ(again.add_bos_token, true);
    EXPECT_EQ(again.add_eos_token, true);
}

TEST(GgufVocabularyTest, MissingIdsBecomeUnusedTokens) {
    nlohmann::json spec = tinyTokenizerJson();
    spec["pre_tokenizer"] = {{"type", "ByteLevel"}, {"add_prefix_space", false}};
    const GgufVocabulary vocabulary = ggufVocabulary(spec.dump(), tinyConfig(), 520).valueOrThrow();
    ASSERT_EQ(vocabulary.tokens.size(), 520u);
    EXPECT_EQ(vocabulary.tokens[519], "[PAD519]");
    EXPECT_EQ(vocabulary.token_type[519], static_cast<int32_t>(GgufTokenType::Unused));
    EXPECT_EQ(tokenizerOf(vocabulary)->vocabSize(), 520);
}

// Reading an absent field once gave a reference to a dead value; the address sanitiser sees that.
TEST(GgufVocabularyTest, FieldsMayBeAbsent) {
    nlohmann::json spec = tinyTokenizerJson();
    spec["pre_tokenizer"] = {{"type", "ByteLevel"}, {"add_prefix_space", false}};
    spec["model"].erase("ignore_merges");
    for (auto& added : spec["added_tokens"])
        added.erase("special");
    const GgufVocabulary vocabulary = ggufVocabulary(spec.dump(), "{}").valueOrThrow();
    EXPECT_EQ(vocabulary.token_type[0], static_cast<int32_t>(GgufTokenType::UserDefined));
    EXPECT_EQ(vocabulary.chat_template, "");
    EXPECT_FALSE(vocabulary.padding_token_id);
}

TEST(GgufVocabularyTest, RefusesTokensThatTakeTooLongToCut) {
    GgufVocabulary vocabulary;
    vocabulary.model = "llama";
    vocabulary.tokens = {"a", std::string(1024, 'b')};
    vocabulary.scores = {0.0f, -1.0f};
    EXPECT_TRUE(tokenizerJson(vocabulary).ok());
    vocabulary.tokens[1] += 'b';
    EXPECT_THAT(tokenizerJson(vocabulary).error().message, HasSubstr("longer than 1024"));
}

TEST(GgufVocabularyTest, NamesWhatItDoesNotKnow) {
    GgufVocabulary vocabulary = tinyVocabularyAs("qwen2");
    vocabulary.pre = "unheard-of";
    EXPECT_THAT(tokenizerJson(vocabulary).error().message, HasSubstr("unheard-of"));
    vocabulary.model = "bert";
    EXPECT_THAT(tokenizerJson(vocabulary).error().message, HasSubstr("bert"));
    vocabulary.model = "t5";  // Unigram
    EXPECT_THAT(tokenizerJson(vocabulary).error().message,
                testing::AllOf(HasSubstr("t5"), HasSubstr("known are gpt2")));
    EXPECT_EQ(tokenizerConfigJson(vocabulary).error().code, core::ErrorCode::Unsupported);
    nlohmann::json spec = tinyTokenizerJson();
    spec["pre_tokenizer"]["pretokenizers"][0]["pattern"]["Regex"] = "x";
    EXPECT_THAT(ggufVocabulary(spec.dump(), "").error().message, HasSubstr("patterns"));
}

TEST(GgufVocabularyTest, RefusesKeysThatDoNotFit) {
    const auto errorOf = [](auto change) {
        GgufVocabulary vocabulary = tinyVocabularyAs("qwen2");
        change(vocabulary);
        const auto result = tokenizerJson(vocabulary);
        EXPECT_FALSE(result.ok());
        return result ? std::string() : result.error().text();
    };
    using V = GgufVocabulary;
    EXPECT_THAT(errorOf([](V& v) { v.tokens.clear(); }), HasSubstr("tokens"));
    EXPECT_THAT(errorOf([](V& v) { v.tokens[7] = v.tokens[8]; }), HasSubstr("occurs twice"));
    EXPECT_THAT(errorOf([](V& v) { v.tokens[7] = "\xff"; }), HasSubstr("token 7"));
    EXPECT_THAT(errorOf([](V& v) { v.token_type.pop_back(); }), HasSubstr("token_type"));
    EXPECT_THAT(errorOf([](V& v) { v.eos_token_id = 512; }), HasSubstr("eos_token_id"));
    EXPECT_THAT(errorOf([](V& v) { v.bos_token_id = -1; }), HasSubstr("bos_token_id"));
    EXPECT_THAT(errorOf([](V& v) { v.merges[0] = "\xff"; }), HasSubstr("merge"));
    EXPECT_THAT(errorOf([](V& v) { v.model = "llama"; }), HasSubstr("scores"));
}

}  // namespace
}  // namespace hearth::engine
