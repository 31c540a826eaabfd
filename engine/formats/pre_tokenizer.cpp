#include "engine/formats/pre_tokenizer.h"

#include <nlohmann/json.hpp>

#include "core/json.h"
#include "engine/formats/known_patterns.h"
#include "engine/formats/pre_tokenizer_steps.h"

namespace hearth::engine {

namespace {

constexpr size_t kMaxNameBytes = 1 << 16;

core::Error unsupported(const std::string& what) {
    return {core::ErrorCode::Unsupported, "the tokenizer needs " + what + ", which isn't supported",
            "tokenizer.json, pre_tokenizer"};
}

core::Error corrupt(const std::string& what) {
    return {core::ErrorCode::DataCorrupt, what, "tokenizer.json, pre_tokenizer"};
}

bool beginsWithin(std::string_view part, std::string_view whole) {
    return part.data() > whole.data() && part.data() < whole.data() + whole.size();
}

}  // namespace

core::Result<PreTokenizer> PreTokenizer::parse(const nlohmann::json* spec) {
    PreTokenizer result;
    const core::Status status = spec ? result.add(*spec) : core::Status();
    if (!status)
        return status.error();
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
    // Later ones would see the characters that stand for bytes.
    if (m_isByteLevel)
        return unsupported("a pre-tokenizer after ByteLevel (" + type + ")");
    if (type == "ByteLevel")
        return addByteLevel(spec);
    CORE_ASSIGN(PreTokenizerStepPtr step,
                type == "Metaspace" ? metaspaceStep(spec) : patternStep(type, spec));
    if (!step)
        return unsupported("the pre-tokenizer \"" + type + "\"");
    m_steps.push_back(std::move(step));
    return {};
}

core::Status PreTokenizer::addByteLevel(const nlohmann::json& spec) {
    CORE_ASSIGN(const bool useRegex, core::readBool(spec, "use_regex", true));
    CORE_ASSIGN(const bool addPrefixSpace, core::readBool(spec, "add_prefix_space", true));
    m_isByteLevel = true;
    if (addPrefixSpace)
        m_steps.push_back(prefixSpaceStep());
    if (!useRegex)
        return {};
    CORE_ASSIGN(PreTokenizerStepPtr step, regexStep(std::string(kGpt2), SplitBehavior::Isolated));
    m_steps.push_back(std::move(step));
    return {};
}

void PreTokenizer::split(std::string_view text, PieceStart start, Pieces& out) const {
    out.views.clear();
    out.copies.clear();
    out.firstStart = start;
    if (text.empty())
        return;
    out.views.push_back(text);
    for (const auto& step : m_steps) {
        const std::vector<std::string_view> pieces = std::move(out.views);
        out.views.clear();
        out.views.reserve(pieces.size());
        step->apply(pieces[0], out.firstStart, out);
        // A first piece that begins within the old one comes after something that was removed.
        if (out.views.empty() || beginsWithin(out.views[0], pieces[0]))
            out.firstStart = PieceStart::Part;
        for (size_t i = 1; i < pieces.size(); ++i)
            step->apply(pieces[i], PieceStart::Part, out);
        if (out.views.empty())
            return;
    }
}

}  // namespace hearth::engine
