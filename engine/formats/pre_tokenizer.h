// Cuts text into the pieces that BPE works on, as "pre_tokenizer" of tokenizer.json says.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "engine/formats/pre_tokenizer_pattern.h"

namespace hearth::engine {

/// Immutable; may be used from several threads at once.
class PreTokenizer {
public:
    /// spec: Split, Digits, ByteLevel, or a Sequence of them that ends in ByteLevel.
    /// Errors: Unsupported naming what isn't known; DataCorrupt.
    [[nodiscard]] static core::Result<PreTokenizer> parse(const nlohmann::json& spec);

    /// The pieces of a text, in order, as parts of it. REQUIRES: valid UTF-8.
    std::vector<std::string_view> split(std::string_view text) const;

    /// Whether a text that does not begin with a space gets one.
    bool addsPrefixSpace() const { return m_addPrefixSpace; }

private:
    struct Step {
        PreTokenizerPattern pattern;
        bool keepMatches = true;
        bool keepGaps = true;
    };

    core::Status add(const nlohmann::json& spec);
    core::Status addSplit(const nlohmann::json& spec);
    core::Status addByteLevel(const nlohmann::json& spec);
    core::Status addPattern(const std::string& regex);
    static void apply(const Step& step, std::string_view text,
                      std::vector<std::string_view>& pieces);

    std::vector<Step> m_steps;
    bool m_addPrefixSpace = false;
    bool m_hasByteLevel = false;
};

/// GPT-2's expression, which ByteLevel stands for when use_regex is on.
extern const char* const kByteLevelPattern;

}  // namespace hearth::engine
