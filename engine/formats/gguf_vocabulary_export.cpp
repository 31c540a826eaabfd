#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "engine/formats/gguf_merges.h"
#include "engine/formats/gguf_pre_tokenizer.h"
#include "engine/formats/gguf_vocabulary.h"
#include "engine/formats/known_patterns.h"
#include "engine/formats/tokenizer.h"

namespace hearth::engine {

namespace {

using nlohmann::json;

core::Error unsupported(const std::string& what) {
    return {core::ErrorCode::Unsupported, "GGUF has no way to keep " + what, "tokenizer.json"};
}

std::string typeOf(const json& object) {
    const json* type = core::findField(object, "type");
    return type && type->is_string() ? type->get<std::string>() : "";
}

/// A field that Tokenizer::parse has checked, or null, which has no elements.
const json& fieldOrNull(const json& object, const char* name) {
    static const json kNull;
    const json* value = core::findField(object, name);
    return value ? *value : kNull;
}

bool isTrue(const json& object, const char* name, bool otherwise) {
    const json& value = fieldOrNull(object, name);
    return value.is_boolean() ? value.get<bool>() : otherwise;
}

/// The elements of a Sequence, or the one element itself; none of null.
std::vector<json> elementsOf(const json& spec, const char* listName) {
    if (spec.is_null())
        return {};
    if (typeOf(spec) != "Sequence")
        return {spec};
    std::vector<json> elements;
    for (const json& element : fieldOrNull(spec, listName)) {
        for (json& inner : elementsOf(element, listName))
            elements.push_back(std::move(inner));
    }
    return elements;
}

/// The patterns that a pre-tokenizer stands for, where it is made of patterns and ends in bytes.
core::Result<std::vector<std::string>> patternsOf(const json& spec) {
    std::vector<std::string> patterns;
    for (const json& element : elementsOf(spec, "pretokenizers")) {
        const std::string type = typeOf(element);
        const json& pattern = fieldOrNull(element, "pattern");
        const bool invert = isTrue(element, "invert", false);
        const std::string wanted = invert ? "Removed" : "Isolated";
        if (type == "Split" && fieldOrNull(element, "behavior") == wanted &&
            pattern.contains("Regex")) {
            patterns.push_back(pattern["Regex"]);
        } else if (type == "Digits" && isTrue(element, "individual_digits", false)) {
            patterns.emplace_back(R"(\p{N})");
        } else if (type == "ByteLevel" && !isTrue(element, "add_prefix_space", true)) {
            if (isTrue(element, "use_regex", true))
                patterns.emplace_back(kGpt2);
        } else {
            return unsupported("the pre-tokenizer \"" + type + "\"");
        }
    }
    return patterns;
}

core::Result<std::string> preOf(const json& spec, bool ignoreMerges) {
    CORE_ASSIGN(const std::vector<std::string> patterns, patternsOf(spec));
    const GgufPreTokenizer* best = nullptr;
    for (const GgufPreTokenizer& kind : ggufPreTokenizers()) {
        const bool same =
            std::equal(patterns.begin(), patterns.end(), kind.patterns.begin(), kind.patterns.end(),
                       [](const auto& a, const auto& b) { return isSamePattern(a, b); });
        if (same && (!best || kind.ignoreMerges == ignoreMerges))
            best = &kind;
    }
    if (!best)
        return unsupported("this pre-tokenizer's patterns: llama.cpp has no name for them");
    return std::string(best->names.front());
}

class Exporter {
public:
    Exporter(const json& spec, const Tokenizer& tokenizer) : m_spec(spec), m_tokenizer(tokenizer) {}

    core::Result<GgufVocabulary> run(int64_t size) {
        const json& model = m_spec["model"];
        if (typeOf(model) != "BPE")
            return unsupported("a " + typeOf(model) + " model");
        m_isSentencePiece = isTrue(model, "byte_fallback", false);
        m_out.model = m_isSentencePiece ? "llama" : "gpt2";
        CORE_TRY(m_isSentencePiece ? checkSentencePiece() : readPre(model));
        fillTokens(model, size);
        readMerges(model);
        return std::move(m_out);
    }

private:
    core::Status readPre(const json& model) {
        const bool ignoreMerges = isTrue(model, "ignore_merges", false);
        CORE_ASSIGN(m_out.pre, preOf(fieldOrNull(m_spec, "pre_tokenizer"), ignoreMerges));
        return {};
    }

    /// Spaces become U+2581, one goes in front: nothing else exists in a "llama" vocabulary.
    core::Status checkSentencePiece() {
        bool prefix = false;
        for (const json& step : elementsOf(fieldOrNull(m_spec, "normalizer"), "normalizers")) {
            const std::string type = typeOf(step);
            if (type != "Prepend" && type != "Replace")
                return unsupported("the normalizer \"" + type + "\"");
            prefix = prefix || type == "Prepend";
        }
        for (const json& step : elementsOf(fieldOrNull(m_spec, "pre_tokenizer"), "pretokenizers")) {
            if (typeOf(step) != "Metaspace")
                return unsupported("the pre-tokenizer \"" + typeOf(step) +
                                   "\" in front of SentencePiece");
            prefix = prefix || fieldOrNull(step, "prepend_scheme") != "never";
        }
        m_out.add_space_prefix = prefix;
        return {};
    }

    void fillTokens(const json& model, int64_t size) {
        const size_t count = static_cast<size_t>(std::max(size, m_tokenizer.vocabSize()));
        m_out.tokens.resize(count);
        m_out.token_type.assign(count, static_cast<int32_t>(GgufTokenType::Unused));
        for (const auto& [text, id] : model["vocab"].items())
            set(id, text, isByte(text) ? GgufTokenType::Byte : GgufTokenType::Normal);
        for (const json& added : fieldOrNull(m_spec, "added_tokens"))
            set(added["id"], added["content"],
                isTrue(added, "special", false) ? GgufTokenType::Control
                                                : GgufTokenType::UserDefined);
        if (const json& unknown = fieldOrNull(model, "unk_token"); unknown.is_string())
            setUnknown(model["vocab"].value(unknown.get<std::string>(), -1));
        for (size_t id = 0; id < count; ++id) {
            if (m_out.tokens[id].empty())
                m_out.tokens[id] = "[PAD" + std::to_string(id) + "]";
        }
        m_out.bos_token_id = m_tokenizer.bosId();
        m_out.eos_token_id = m_tokenizer.eosId();
    }

    void set(int32_t id, const std::string& text, GgufTokenType type) {
        m_out.tokens[static_cast<size_t>(id)] = text;
        m_out.token_type[static_cast<size_t>(id)] = static_cast<int32_t>(type);
    }

    void setUnknown(int32_t id) {
        if (id < 0)
            return;
        m_out.unknown_token_id = id;
        m_out.token_type[static_cast<size_t>(id)] = static_cast<int32_t>(GgufTokenType::Unknown);
    }

    bool isByte(const std::string& text) const {
        return m_isSentencePiece && text.size() == 6 && text.starts_with("<0x") && text[5] == '>';
    }

    void readMerges(const json& model) {
        std::vector<TokenPair> pairs;
        for (const json& merge : model["merges"]) {
            if (merge.is_array()) {
                pairs.emplace_back(merge[0], merge[1]);
            } else {
                const auto& text = merge.get_ref<const std::string&>();
                const size_t space = text.find(' ');
                pairs.emplace_back(text.substr(0, space), text.substr(space + 1));
            }
        }
        if (m_isSentencePiece) {
            m_out.scores = scoresOfMerges(m_out.tokens, pairs);
            return;
        }
        for (const auto& [left, right] : pairs)
            m_out.merges.push_back(left + " " + right);
    }

    const json& m_spec;
    const Tokenizer& m_tokenizer;
    GgufVocabulary m_out;
    bool m_isSentencePiece = false;
};

}  // namespace

core::Result<GgufVocabulary> ggufVocabulary(std::string_view tokenizerJson,
                                            std::string_view tokenizerConfigJson,
                                            int64_t vocabularySize) {
    CORE_ASSIGN(const auto tokenizer, Tokenizer::parse(tokenizerJson, tokenizerConfigJson));
    CORE_ASSIGN(const json spec, core::parseJson(tokenizerJson, "tokenizer.json"));
    CORE_ASSIGN(GgufVocabulary vocabulary, Exporter(spec, *tokenizer).run(vocabularySize));
    const std::vector<int32_t> around = tokenizer->encode("", true);
    const auto has = [&](std::optional<int32_t> id) {
        return id && std::find(around.begin(), around.end(), *id) != around.end();
    };
    vocabulary.add_bos_token = has(vocabulary.bos_token_id);
    vocabulary.add_eos_token = has(vocabulary.eos_token_id);
    if (tokenizerConfigJson.empty())
        return vocabulary;
    CORE_ASSIGN(const json config, core::parseJson(tokenizerConfigJson, "tokenizer_config.json"));
    const json& pad = fieldOrNull(config, "pad_token");
    const json& padText = pad.is_object() ? fieldOrNull(pad, "content") : pad;
    if (padText.is_string())
        vocabulary.padding_token_id = tokenizer->tokenId(padText.get<std::string>());
    if (const json& chat = fieldOrNull(config, "chat_template"); chat.is_string())
        vocabulary.chat_template = chat;
    return vocabulary;
}

}  // namespace hearth::engine
