// Hand-written scanners for the expressions of known_patterns.h: the same matches, many times
// quicker than a general matcher finds them.
#pragma once
#include <optional>
#include <string_view>

#include "engine/formats/tokenizer.h"

namespace hearth::engine {

/// The next match at or after `from`. REQUIRES: valid UTF-8; `from` where a character begins.
using PatternScanner = std::optional<TextRange> (*)(std::string_view text, size_t from);

/// nullptr where there is none for the expression.
PatternScanner scannerOf(std::string_view regex);

}  // namespace hearth::engine
