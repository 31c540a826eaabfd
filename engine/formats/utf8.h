// UTF-8 as the tokenizer and the chat template need it.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace hearth::engine::utf8 {

/// What stands at a position of a text.
struct Sequence {
    char32_t codePoint = 0xFFFD;
    size_t length = 1;  // bytes; for a broken sequence those of its maximal subpart
    bool valid = false;
    bool incomplete = false;  // broken only because the text ends here
};

/// REQUIRES: position < text.size()
Sequence decodeAt(std::string_view text, size_t position);

/// Broken sequences become U+FFFD, one per maximal subpart (Unicode 15, section 3.9).
std::string withoutInvalid(std::string_view text);

void append(char32_t codePoint, std::string& out);

/// Number of characters of a valid text.
size_t length(std::string_view text);

/// The Unicode property White_Space.
bool isWhiteSpace(char32_t codePoint);

/// What Rust's regular expressions call \w.
bool isWordCharacter(char32_t codePoint);

/// The begin of the character that ends at `position`. REQUIRES: position > 0.
size_t beginOfCharacter(std::string_view text, size_t position);
/// The end of the white space that begins at `position`.
size_t endOfWhiteSpace(std::string_view text, size_t position);
/// The begin, not before `limit`, of the white space that ends at `position`.
size_t beginOfWhiteSpace(std::string_view text, size_t position, size_t limit);

}  // namespace hearth::engine::utf8
