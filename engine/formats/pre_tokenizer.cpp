#include "engine/formats/pre_tokenizer.h"

#include <nlohmann/json.hpp>

#include "core/json.h"

namespace hearth::engine {

const char* const kByteLevelPattern =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

namespace {

constexpr size_t kMaxNameBytes = 1 << 16;

core::Error unsupported(const std::string& what) {
    return {core::ErrorCode::Unsupported, "the tokenizer needs " + what + ", which isn't supported",
            "tokenizer.json, pre_tokenizer"};
}

core::Error corrupt(const std::string& what) {
    return {core::ErrorCode::DataCorrupt, what, "tokenizer.json, pre_tokenizer"};
}

}  // namespace

core::Result<PreTokenizer> PreTokenizer::parse(const nlohmann::json& spec) {
    PreTokenizer result;
    CORE_TRY(result.add(spec));
    if (!result.m_hasByteLevel)
        return unsupported("a pre-tokenizer without ByteLevel");
    return result;
}

core::Status PreTokenizer::add(const nlohmann::json& spec) {
    const auto named = core::readString(spec, "type", kMaxNameBytes);
    if (!named)
        return named.error();
    const std::string& type = *named;
    if (type == "Sequence") {
        const nlohmann::json* list = core::findField(spec, "pretokenizers");
        if (!list || !list->is_array())
            return corrupt("a Sequence has no list of pre-tokenizers");
        for (const nlohmann::json& element : *list)
            CORE_TRY(add(element));
        return {};
    }
    if (m_hasByteLevel)
        return unsupported("a pre-tokenizer after ByteLevel (" + type + ")");
    if (type == "Split")
        return addSplit(spec);
    if (type == "ByteLevel")
        return addByteLevel(spec);
    if (type == "Digits") {
        CORE_ASSIGN(const bool individual, core::readBool(spec, "individual_digits", false));
        return addPattern(individual ? "\\p{N}" : "\\p{N}+");
    }
    return unsupported("the pre-tokenizer \"" + type + "\"");
}

core::Status PreTokenizer::addSplit(const nlohmann::json& spec) {
    CORE_ASSIGN(const std::string behavior, core::readString(spec, "behavior", kMaxNameBytes));
    CORE_ASSIGN(const bool invert, core::readBool(spec, "invert", false));
    if (behavior != "Isolated" && behavior != "Removed")
        return unsupported("the Split behavior \"" + behavior + "\"");
    const nlohmann::json* pattern = core::findField(spec, "pattern");
    if (!pattern || !pattern->is_object())
        return corrupt("a Split has no pattern");
    const bool isRegex = pattern->contains("Regex");
    CORE_ASSIGN(const std::string text,
                core::readString(*pattern, isRegex ? "Regex" : "String", kMaxNameBytes));
    CORE_ASSIGN(PreTokenizerPattern compiled,
                isRegex ? PreTokenizerPattern::compile(text) : PreTokenizerPattern::literal(text));
    const bool removed = behavior == "Removed";
    m_steps.push_back({std::move(compiled), !removed || invert, !removed || !invert});
    return {};
}

core::Status PreTokenizer::addByteLevel(const nlohmann::json& spec) {
    CORE_ASSIGN(const bool useRegex, core::readBool(spec, "use_regex", true));
    CORE_ASSIGN(m_addPrefixSpace, core::readBool(spec, "add_prefix_space", true));
    if (m_addPrefixSpace && !m_steps.empty())
        return unsupported("add_prefix_space after another pre-tokenizer");
    m_hasByteLevel = true;
    if (!useRegex)
        return {};
    return addPattern(kByteLevelPattern);
}

core::Status PreTokenizer::addPattern(const std::string& regex) {
    CORE_ASSIGN(PreTokenizerPattern pattern, PreTokenizerPattern::compile(regex));
    m_steps.push_back({std::move(pattern)});
    return {};
}

std::vector<std::string_view> PreTokenizer::split(std::string_view text) const {
    std::vector<std::string_view> pieces;
    if (!text.empty())
        pieces.push_back(text);
    for (const Step& step : m_steps) {
        std::vector<std::string_view> finer;
        finer.reserve(pieces.size());
        for (const std::string_view piece : pieces)
            apply(step, piece, finer);
        pieces = std::move(finer);
    }
    return pieces;
}

void PreTokenizer::apply(const Step& step, std::string_view text,
                         std::vector<std::string_view>& pieces) {
    const auto keep = [&](bool wanted, size_t begin, size_t end) {
        if (wanted && begin < end)
            pieces.push_back(text.substr(begin, end - begin));
    };
    size_t done = 0;
    while (done < text.size()) {
        const std::optional<TextRange> match = step.pattern.find(text, done);
        if (!match)
            break;
        keep(step.keepGaps, done, match->begin);
        keep(step.keepMatches, match->begin, match->end);
        done = match->end;
    }
    keep(step.keepGaps, done, text.size());
}

}  // namespace hearth::engine
