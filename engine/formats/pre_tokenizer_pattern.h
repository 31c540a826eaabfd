// A regular expression of tokenizer.json, as Oniguruma reads it, run by PCRE2.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "engine/formats/tokenizer.h"

namespace hearth::engine {

/// Immutable; may be used from several threads at once.
class PreTokenizerPattern {
public:
    /// Errors: Unsupported when PCRE2 has another idea of a construct than Oniguruma;
    /// DataCorrupt for a broken expression.
    [[nodiscard]] static core::Result<PreTokenizerPattern> compile(const std::string& regex);
    /// Matches the text itself.
    [[nodiscard]] static core::Result<PreTokenizerPattern> literal(const std::string& text);

    /// The next match that isn't empty, at or after `from`. Nothing, too, when a match would
    /// take more than a fixed number of steps: the rest of the text then stays in one piece.
    /// REQUIRES: subject is valid UTF-8.
    std::optional<TextRange> find(std::string_view subject, size_t from) const;

private:
    struct Code;
    explicit PreTokenizerPattern(std::shared_ptr<const Code> code) : m_code(std::move(code)) {}

    std::shared_ptr<const Code> m_code;
};

}  // namespace hearth::engine
