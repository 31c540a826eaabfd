// tokenizer.json, tokenizer_config.json and a text, as the sections of one input. A first
// section that begins with '+' is a merge patch (RFC 7396) over a byte-level tokenizer, whose
// 256 bytes would otherwise fill most of every input.
#include <nlohmann/json.hpp>

#include "core/assert.h"
#include "core/json.h"
#include "core/strings.h"
#include "engine/formats/bpe_alphabet.h"
#include "engine/formats/detokenizer.h"
#include "engine/formats/gguf_vocabulary.h"
#include "engine/formats/tokenizer.h"
#include "tests/fuzz/fuzz_support.h"

using namespace hearth;
using engine::Tokenizer;

namespace {

constexpr size_t kMaxText = 4096;
constexpr const char* kText = "Hello  wörld 12345\r\n 안녕하세요<s>it's \xF0\x9F\x98\x80 \xff</s>";

nlohmann::json byteLevelTokenizer() {
    nlohmann::json vocabulary = nlohmann::json::object();
    int id = 0;
    for (int byte = 0; byte < 256; ++byte)
        vocabulary[engine::bpeCharacterOfByte(static_cast<uint8_t>(byte))] = id++;
    for (const char* token : {"he", "ll", "hell", "hello", "Ġw", "12"})
        vocabulary[token] = id++;
    nlohmann::json json = nlohmann::json::parse(R"({
      "version": "1.0",
      "added_tokens": [{"id": 300, "content": "<s>", "special": true},
                       {"id": 301, "content": "</s>", "special": true, "lstrip": true},
                       {"id": 302, "content": "<tool>", "special": false}],
      "normalizer": {"type": "NFC"},
      "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "use_regex": true},
      "post_processor": null,
      "decoder": {"type": "ByteLevel"},
      "model": {"type": "BPE", "merges": ["h e", "l l", "he ll", "hell o", "Ġ w", "1 2"]}})");
    json["model"]["vocab"] = std::move(vocabulary);
    return json;
}

std::string tokenizerText(std::string_view section) {
    if (!section.starts_with('+'))
        return std::string(section);
    static const nlohmann::json base = byteLevelTokenizer();
    const auto patch = core::parseJson(section.substr(1), "the patch");
    if (!patch || !patch->is_object())
        return core::dumpJson(base);
    nlohmann::json patched = base;
    patched.merge_patch(*patch);
    return core::dumpJson(patched);
}

void checkIds(const Tokenizer& tokenizer, std::span<const int32_t> ids) {
    for (const int32_t id : ids)
        CORE_ASSERT(id >= 0 && id < tokenizer.vocabSize());
    const std::string decoded = tokenizer.decode(ids, false);
    CORE_ASSERT(core::isValidUtf8(decoded));
    engine::StreamDetokenizer stream(tokenizer, false);
    std::string streamed;
    for (const int32_t id : ids) {
        const std::string piece = stream.push(id);
        CORE_ASSERT(core::isValidUtf8(piece));
        streamed += piece;
    }
    streamed += stream.flush();
    CORE_ASSERT(streamed == decoded);
}

/// An expression of tokenizer.json may give up on a text; nothing else may fail.
void checkText(const Tokenizer& tokenizer, std::string_view text) {
    try {
        checkIds(tokenizer, tokenizer.encode(text, true));
        const engine::TextRange literal{text.size() / 4, text.size() / 2};
        checkIds(tokenizer, tokenizer.encodeMarked(text, {&literal, 1}));
    } catch (const core::Exception& exception) {
        CORE_ASSERT(exception.error().code == core::ErrorCode::ResourceExhausted);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const auto parts = fuzz::sections(data, size);
    const std::string_view text = fuzz::sectionOr(parts, 2, kText);
    const std::string json = tokenizerText(parts[0]);
    const std::string_view config = fuzz::sectionOr(parts, 1, "");
    const auto tokenizer = Tokenizer::parse(json, config);
    if (!tokenizer)
        return 0;
    checkText(**tokenizer, text.substr(0, kMaxText));
    if (const auto exported = engine::ggufVocabulary(json, config))
        (void)engine::tokenizerJson(*exported);
    return 0;
}
