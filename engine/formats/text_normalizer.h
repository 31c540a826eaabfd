// Changes a text before it is cut into pieces, as "normalizer" of tokenizer.json says.
#pragma once
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/result.h"
#include "engine/formats/flagged_text.h"

namespace hearth::engine {

class NormalizerStep {
public:
    virtual ~NormalizerStep() = default;
    /// REQUIRES: valid UTF-8, and leaves such.
    virtual void apply(FlaggedText& text) const = 0;
    /// Whether it puts something in front and does nothing else.
    virtual bool onlyPrepends() const { return false; }
};

/// Immutable; may be used from several threads at once.
class TextNormalizer {
public:
    /// spec: nullptr, or one of Sequence, Prepend, Replace, NFC, NFD, NFKC, NFKD, Lowercase, Strip,
    /// StripAccents, Nmt, Precompiled. Errors: Unsupported naming another; DataCorrupt.
    [[nodiscard]] static core::Result<TextNormalizer> parse(const nlohmann::json* spec);

    bool changesNothing() const { return m_steps.empty(); }

    /// continues: the text goes on from one before it, so that nothing is prepended.
    void apply(FlaggedText& text, bool continues) const {
        for (const auto& step : m_steps) {
            if (!(continues && step->onlyPrepends()))
                step->apply(text);
        }
    }
    std::string apply(std::string_view text) const {
        FlaggedText changed(text, {});
        apply(changed, false);
        return std::move(changed.text);
    }

private:
    core::Status add(const nlohmann::json& spec);
    core::Status addReplace(const nlohmann::json& spec);

    std::vector<std::shared_ptr<const NormalizerStep>> m_steps;
};

}  // namespace hearth::engine
