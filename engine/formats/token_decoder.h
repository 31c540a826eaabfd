// Turns tokens back into text, as "decoder" of tokenizer.json says.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/result.h"

namespace hearth::engine {

/// A token at a time, so that a stream gives what the whole sequence would.
class TokenDecoder {
public:
    /// spec: ByteLevel, Metaspace, Replace, ByteFallback, Fuse, Strip or a Sequence of them.
    /// Errors: Unsupported naming what isn't known, or what needs to see later tokens; DataCorrupt.
    [[nodiscard]] static core::Result<TokenDecoder> parse(const nlohmann::json* spec);

    /// The bytes that a token stands for. isFirst: no other token comes before it.
    std::string bytesOf(const std::string& token, bool isFirst) const;
    /// Whether isFirst makes a difference.
    bool firstDiffers() const;

    /// What is taken off the front of the whole text, up to so many times; may be empty.
    const std::string& leadingText() const { return m_leading; }
    size_t leadingCount() const { return m_leadingCount; }

private:
    enum class Kind { ByteLevel, Metaspace, Replace, ByteFallback, Strip };
    struct Step {
        Kind kind;
        std::string from;         // Metaspace, Replace; of Strip: what is taken off
        std::string to;           // Replace
        bool dropsFirst = false;  // Metaspace: the first token loses its marks
        size_t start = 0;         // Strip
        size_t stop = 0;
    };

    core::Status add(const nlohmann::json& spec);
    core::Status addReplace(const nlohmann::json& spec);
    core::Status addStrip(const nlohmann::json& spec);
    core::Status addMetaspace(const nlohmann::json& spec);
    static void strip(const Step& step, std::string& text);

    std::vector<Step> m_steps;
    bool m_isFused = false;
    std::string m_leading;
    size_t m_leadingCount = 0;
};

}  // namespace hearth::engine
