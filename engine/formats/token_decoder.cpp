#include "engine/formats/token_decoder.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "engine/formats/bpe_alphabet.h"
#include "engine/formats/byte_token.h"

namespace hearth::engine {

namespace {

constexpr size_t kMaxTextBytes = 1 << 16;
constexpr const char* kSpaceMark = "\u2581";

core::Error unsupported(const std::string& what) {
    return {core::ErrorCode::Unsupported, "the tokenizer needs " + what + ", which isn't supported",
            "tokenizer.json, decoder"};
}

core::Error corrupt(const std::string& what) {
    return {core::ErrorCode::DataCorrupt, what, "tokenizer.json, decoder"};
}

void replaceAll(std::string& text, const std::string& from, const std::string& to) {
    for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

}  // namespace

core::Result<TokenDecoder> TokenDecoder::parse(const nlohmann::json* spec) {
    TokenDecoder result;
    if (!spec)
        return unsupported("no decoder");
    const core::Status status = result.add(*spec);
    if (!status)
        return status.error();
    return result;
}

core::Status TokenDecoder::add(const nlohmann::json& spec) {
    CORE_ASSIGN(const std::string type, core::readString(spec, "type", kMaxTextBytes));
    if (type == "Sequence") {
        const nlohmann::json* list = core::findField(spec, "decoders");
        if (!list || !list->is_array())
            return corrupt("a Sequence has no list of decoders");
        for (const nlohmann::json& element : *list)
            CORE_TRY(add(element));
        return {};
    }
    if (type == "Fuse") {
        m_isFused = true;
        return {};
    }
    if (type == "Strip")
        return addStrip(spec);
    if (m_isFused)  // what would see the whole text instead of a token
        return unsupported("the decoder \"" + type + "\" after Fuse");
    if (type == "Replace")
        return addReplace(spec);
    if (type == "Metaspace")
        return addMetaspace(spec);
    if (type == "ByteLevel")
        m_steps.push_back({.kind = Kind::ByteLevel, .from = {}, .to = {}});
    else if (type == "ByteFallback")
        m_steps.push_back({.kind = Kind::ByteFallback, .from = {}, .to = {}});
    else
        return unsupported("the decoder \"" + type + "\"");
    return {};
}

core::Status TokenDecoder::addReplace(const nlohmann::json& spec) {
    const nlohmann::json* pattern = core::findField(spec, "pattern");
    if (!pattern || !pattern->is_object() || !pattern->contains("String"))
        return unsupported("a Replace decoder with a regular expression");
    CORE_ASSIGN(std::string from, core::readString(*pattern, "String", kMaxTextBytes));
    CORE_ASSIGN(std::string to, core::readString(spec, "content", kMaxTextBytes));
    if (from.empty())
        return corrupt("a Replace has an empty pattern");
    m_steps.push_back({.kind = Kind::Replace, .from = std::move(from), .to = std::move(to)});
    return {};
}

core::Status TokenDecoder::addMetaspace(const nlohmann::json& spec) {
    CORE_ASSIGN(std::string mark, core::readString(spec, "replacement", kMaxTextBytes, kSpaceMark));
    CORE_ASSIGN(const bool addsPrefix, core::readBool(spec, "add_prefix_space", true));
    CORE_ASSIGN(const std::string scheme, core::readString(spec, "prepend_scheme", kMaxTextBytes,
                                                           addsPrefix ? "always" : "never"));
    if (mark.empty())
        return corrupt("a Metaspace has an empty replacement");
    m_steps.push_back({.kind = Kind::Metaspace,
                       .from = std::move(mark),
                       .to = " ",
                       .dropsFirst = scheme != "never"});
    return {};
}

core::Status TokenDecoder::addStrip(const nlohmann::json& spec) {
    constexpr int64_t kMaxCount = 1 << 20;
    CORE_ASSIGN(std::string content, core::readString(spec, "content", kMaxTextBytes));
    CORE_ASSIGN(const int64_t start, core::readInt(spec, "start", 0, kMaxCount));
    CORE_ASSIGN(const int64_t stop, core::readInt(spec, "stop", 0, kMaxCount));
    if (content.empty())
        return corrupt("a Strip has an empty content");
    if (!m_isFused) {
        m_steps.push_back({.kind = Kind::Strip,
                           .from = std::move(content),
                           .to = {},
                           .start = static_cast<size_t>(start),
                           .stop = static_cast<size_t>(stop)});
        return {};
    }
    if (stop > 0)
        return unsupported("a Strip decoder at the end of the text");
    if (m_leadingCount > 0)
        return unsupported("two Strip decoders");
    m_leading = std::move(content);
    m_leadingCount = static_cast<size_t>(start);
    return {};
}

void TokenDecoder::strip(const Step& step, std::string& text) {
    for (size_t i = 0; i < step.start && text.starts_with(step.from); ++i)
        text.erase(0, step.from.size());
    for (size_t i = 0; i < step.stop && text.ends_with(step.from); ++i)
        text.resize(text.size() - step.from.size());
}

bool TokenDecoder::firstDiffers() const {
    return std::any_of(m_steps.begin(), m_steps.end(),
                       [](const Step& step) { return step.dropsFirst; });
}

std::string TokenDecoder::bytesOf(const std::string& token, bool isFirst) const {
    std::string bytes = token;
    for (const Step& step : m_steps) {
        switch (step.kind) {
            case Kind::ByteLevel:
                if (auto decoded = bpeBytesOfToken(bytes))
                    bytes = std::move(*decoded);
                break;
            case Kind::ByteFallback:
                if (const auto byte = byteOfToken(bytes))
                    return std::string(1, static_cast<char>(*byte));
                break;
            case Kind::Metaspace:
                replaceAll(bytes, step.from, isFirst && step.dropsFirst ? "" : step.to);
                break;
            case Kind::Replace:
                replaceAll(bytes, step.from, step.to);
                break;
            case Kind::Strip:
                strip(step, bytes);
                break;
        }
    }
    return bytes;
}

}  // namespace hearth::engine
