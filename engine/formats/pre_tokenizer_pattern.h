// A regular expression of tokenizer.json, as Oniguruma reads it, run by PCRE2 or, where there is
// one for it, by a scanner.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "engine/formats/pre_tokenizer_scanner.h"

namespace hearth::engine {

/// Immutable; may be used from several threads at once.
class PreTokenizerPattern {
public:
    /// Errors: Unsupported when PCRE2 has another idea of a construct than Oniguruma;
    /// DataCorrupt for a broken expression.
    /// usesScanner: false always takes PCRE2.
    [[nodiscard]] static core::Result<PreTokenizerPattern> compile(const std::string& regex,
                                                                   bool usesScanner = true);
    /// Matches the text itself.
    [[nodiscard]] static core::Result<PreTokenizerPattern> literal(const std::string& text);

    /// The next match that isn't empty, at or after `from`. Nothing, too, when a match would
    /// take more than a fixed number of steps: the rest of the text then stays in one piece.
    /// REQUIRES: subject is valid UTF-8.
    std::optional<TextRange> find(std::string_view subject, size_t from) const;

private:
    struct Code;
    explicit PreTokenizerPattern(std::shared_ptr<const Code> code) : m_code(std::move(code)) {}
    explicit PreTokenizerPattern(PatternScanner scanner) : m_scanner(scanner) {}

    std::shared_ptr<const Code> m_code;
    PatternScanner m_scanner = nullptr;
};

}  // namespace hearth::engine
