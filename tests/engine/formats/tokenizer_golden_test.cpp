#include <gtest/gtest.h>

#include <cstdlib>
#include <map>

#include "engine/formats/detokenizer.h"
#include "tests/engine/formats/text_fixtures.h"

namespace hearth::engine {
namespace {

/// The folder of a tokenizer's own files, or an empty path when it isn't on this machine.
std::filesystem::path filesOf(const std::string& name) {
    if (std::filesystem::exists(referenceDir("tokenizers/" + name + "/tokenizer.json")))
        return referenceDir("tokenizers/" + name);
    const char* dir = std::getenv("HEARTH_TOKENIZER_DIR");
    return dir ? std::filesystem::path(dir) / name : std::filesystem::path();
}

class TokenizerGoldenTest : public testing::TestWithParam<std::string> {
protected:
    void SetUp() override {
        if (filesOf(GetParam()).empty())
            GTEST_SKIP() << "HEARTH_TOKENIZER_DIR is not set";
        static std::map<std::string, std::unique_ptr<Tokenizer>> loaded;  // takes seconds
        std::unique_ptr<Tokenizer>& tokenizer = loaded[GetParam()];
        if (!tokenizer)
            tokenizer = Tokenizer::load(filesOf(GetParam())).valueOrThrow();
        m_tokenizer = tokenizer.get();
    }
    std::vector<nlohmann::ordered_json> lines(const std::string& file) const {
        return readJsonLines(referenceDir("tokenizers/" + GetParam()) / file);
    }

    const Tokenizer* m_tokenizer = nullptr;
};

TEST_P(TokenizerGoldenTest, EncodesAsTheReference) {
    for (const auto& line : lines("tokens.jsonl")) {
        const std::string text = line["text"];
        EXPECT_EQ(m_tokenizer->encode(text), line["ids"].get<std::vector<int32_t>>()) << text;
        if (!line.contains("ids_with_special"))
            continue;
        EXPECT_EQ(m_tokenizer->encode(text, true),
                  line["ids_with_special"].get<std::vector<int32_t>>());
    }
}

TEST_P(TokenizerGoldenTest, DecodesAsTheReference) {
    for (const auto& line : lines("tokens.jsonl")) {
        const std::string text = line.value("decoded", line["text"].get<std::string>());
        const auto ids = line["ids"].get<std::vector<int32_t>>();
        EXPECT_EQ(m_tokenizer->decode(ids, false), text);
        StreamDetokenizer stream(*m_tokenizer, false);
        std::string streamed;
        for (const int32_t id : ids)
            streamed += stream.push(id);
        EXPECT_EQ(streamed + stream.flush(), text);
    }
}

TEST_P(TokenizerGoldenTest, DecodesPrefixesAsTheReference) {
    for (const auto& line : lines("decode_prefixes.jsonl")) {
        const auto ids = line["ids"].get<std::vector<int32_t>>();
        for (size_t n = 1; n <= ids.size(); ++n)
            EXPECT_EQ(m_tokenizer->decode({ids.data(), n}, false), line["prefix_text"][n - 1]);
    }
}

INSTANTIATE_TEST_SUITE_P(References, TokenizerGoldenTest,
                         testing::Values("tiny", "deepseek_v3", "qwen3", "gptoss", "llama3"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace hearth::engine
