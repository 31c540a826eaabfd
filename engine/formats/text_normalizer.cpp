#include "engine/formats/text_normalizer.h"

#include <nlohmann/json.hpp>

#include "core/json.h"
#include "engine/formats/base64.h"
#include "engine/formats/normalizer_steps.h"

namespace hearth::engine {

namespace {

constexpr size_t kMaxTextBytes = 1 << 16;
constexpr size_t kMaxCharsmapBytes = 1 << 24;

core::Error unsupported(const std::string& what) {
    return {core::ErrorCode::Unsupported, "the tokenizer needs " + what + ", which isn't supported",
            "tokenizer.json, normalizer"};
}

core::Error corrupt(const std::string& what) {
    return {core::ErrorCode::DataCorrupt, what, "tokenizer.json, normalizer"};
}

/// Those without parameters; nullptr for another name.
NormalizerStepPtr plainStep(const std::string& type) {
    if (type == "NFC")
        return unicodeFormStep(UnicodeForm::Nfc);
    if (type == "NFD")
        return unicodeFormStep(UnicodeForm::Nfd);
    if (type == "NFKC")
        return unicodeFormStep(UnicodeForm::Nfkc);
    if (type == "NFKD")
        return unicodeFormStep(UnicodeForm::Nfkd);
    if (type == "Lowercase")
        return lowercaseStep();
    if (type == "StripAccents")
        return stripAccentsStep();
    if (type == "Nmt")
        return nmtStep();
    return nullptr;
}

}  // namespace

core::Result<TextNormalizer> TextNormalizer::parse(const nlohmann::json* spec) {
    TextNormalizer result;
    if (spec) {
        const core::Status status = result.add(*spec);
        if (!status)
            return status.error();
    }
    return result;
}

core::Status TextNormalizer::add(const nlohmann::json& spec) {
    CORE_ASSIGN(const std::string type, core::readString(spec, "type", kMaxTextBytes));
    if (NormalizerStepPtr step = plainStep(type)) {
        m_steps.push_back(std::move(step));
        return {};
    }
    if (type == "Sequence") {
        const nlohmann::json* list = core::findField(spec, "normalizers");
        if (!list || !list->is_array())
            return corrupt("a Sequence has no list of normalizers");
        for (const nlohmann::json& element : *list)
            CORE_TRY(add(element));
        return {};
    }
    if (type == "Prepend") {
        CORE_ASSIGN(std::string prefix, core::readString(spec, "prepend", kMaxTextBytes));
        m_steps.push_back(prependStep(std::move(prefix)));
        return {};
    }
    if (type == "Replace")
        return addReplace(spec);
    if (type == "Strip") {
        CORE_ASSIGN(const bool left, core::readBool(spec, "strip_left", true));
        CORE_ASSIGN(const bool right, core::readBool(spec, "strip_right", true));
        m_steps.push_back(stripStep(left, right));
        return {};
    }
    if (type == "Precompiled") {
        CORE_ASSIGN(const std::string coded,
                    core::readString(spec, "precompiled_charsmap", kMaxCharsmapBytes));
        const auto charsmap = decodeBase64(coded);
        if (!charsmap)
            return corrupt("precompiled_charsmap is not base64");
        CORE_ASSIGN(NormalizerStepPtr step, precompiledStep(*charsmap));
        m_steps.push_back(std::move(step));
        return {};
    }
    return unsupported("the normalizer \"" + type + "\"");
}

core::Status TextNormalizer::addReplace(const nlohmann::json& spec) {
    const nlohmann::json* pattern = core::findField(spec, "pattern");
    if (!pattern || !pattern->is_object())
        return corrupt("a Replace has no pattern");
    CORE_ASSIGN(std::string content, core::readString(spec, "content", kMaxTextBytes));
    const bool isRegex = pattern->contains("Regex");
    CORE_ASSIGN(std::string from,
                core::readString(*pattern, isRegex ? "Regex" : "String", kMaxTextBytes));
    if (from.empty())
        return corrupt("a Replace has an empty pattern");
    if (!isRegex) {
        m_steps.push_back(replaceTextStep(std::move(from), std::move(content)));
        return {};
    }
    CORE_ASSIGN(NormalizerStepPtr step, replaceRegexStep(from, std::move(content)));
    m_steps.push_back(std::move(step));
    return {};
}

}  // namespace hearth::engine
