// What filters and methods on texts share; origins are kept.
#pragma once
#include <string>
#include <string_view>

#include "engine/formats/chat_template/runtime.h"

namespace hearth::engine::jinja {

enum class Side { Left, Right, Both };
/// Without the characters of `characters` at its ends; null: without white space.
MarkedString stripped(Runtime& runtime, const MarkedString& text, const MarkedString* characters,
                      Side side);
MarkedString replaced(Runtime& runtime, const MarkedString& text, const MarkedString& from,
                      const MarkedString& to, int64_t count);
MarkedString joined(Runtime& runtime, const List& items, const MarkedString& separator);

enum class LetterCase { Upper, Lower, Capitalized, Title };
MarkedString withCase(Runtime& runtime, const MarkedString& text, LetterCase letterCase);

/// str.split(): at white space when separator is null; limit < 0: no limit.
Value splitText(Runtime& runtime, const MarkedString& text, const MarkedString* separator,
                int64_t limit);
/// The same from the right end, with a separator.
Value splitTextFromRight(Runtime& runtime, const MarkedString& text, const MarkedString& separator,
                         int64_t limit);
Value splitLines(Runtime& runtime, const MarkedString& text);

/// The last place of a needle, in time linear in the text (std::string::rfind takes the product
/// of both lengths).
class ReverseFinder {
public:
    ReverseFinder(Runtime& runtime, std::string_view text, std::string_view needle);

    /// Where the last occurrence begins that ends at `end` or before; npos without one.
    size_t before(size_t end) const;

private:
    std::string m_text;  // both from end to start
    std::string m_needle;
};

}  // namespace hearth::engine::jinja
