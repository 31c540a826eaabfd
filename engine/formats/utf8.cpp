#include "engine/formats/utf8.h"

#include <utf8proc.h>

namespace hearth::engine::utf8 {

namespace {

// Bytes of a sequence by its first byte, and the bounds of the second byte, which exclude
// overlong forms, surrogates and code points above U+10FFFF. Length 0: never a first byte.
struct Lead {
    size_t length;
    unsigned char secondMin;
    unsigned char secondMax;
};

Lead leadOf(unsigned char byte) {
    if (byte < 0x80)
        return {1, 0, 0};
    if (byte < 0xC2)
        return {0, 0, 0};
    if (byte < 0xE0)
        return {2, 0x80, 0xBF};
    if (byte < 0xF0)
        return {3, static_cast<unsigned char>(byte == 0xE0 ? 0xA0 : 0x80),
                static_cast<unsigned char>(byte == 0xED ? 0x9F : 0xBF)};
    if (byte < 0xF5)
        return {4, static_cast<unsigned char>(byte == 0xF0 ? 0x90 : 0x80),
                static_cast<unsigned char>(byte == 0xF4 ? 0x8F : 0xBF)};
    return {0, 0, 0};
}

char32_t leadBits(unsigned char byte, size_t length) {
    constexpr unsigned char kMask[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    return byte & kMask[length];
}

}  // namespace

Sequence decodeAt(std::string_view text, size_t position) {
    const auto byteAt = [&](size_t i) { return static_cast<unsigned char>(text[position + i]); };
    const Lead lead = leadOf(byteAt(0));
    if (lead.length == 0)
        return {};
    char32_t codePoint = leadBits(byteAt(0), lead.length);
    for (size_t i = 1; i < lead.length; ++i) {
        if (position + i >= text.size())
            return {.length = i, .incomplete = true};
        const unsigned char byte = byteAt(i);
        const unsigned char min = i == 1 ? lead.secondMin : 0x80;
        const unsigned char max = i == 1 ? lead.secondMax : 0xBF;
        if (byte < min || byte > max)
            return {.length = i};
        codePoint = codePoint << 6 | (byte & 0x3F);
    }
    return {.codePoint = codePoint, .length = lead.length, .valid = true};
}

std::string withoutInvalid(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (size_t i = 0; i < text.size();) {
        const Sequence sequence = decodeAt(text, i);
        if (sequence.valid)
            out.append(text, i, sequence.length);
        else
            out.append("\xEF\xBF\xBD");
        i += sequence.length;
    }
    return out;
}

void append(char32_t codePoint, std::string& out) {
    const auto push = [&](char32_t bits) { out.push_back(static_cast<char>(bits)); };
    if (codePoint < 0x80) {
        push(codePoint);
    } else if (codePoint < 0x800) {
        push(0xC0 | codePoint >> 6);
        push(0x80 | (codePoint & 0x3F));
    } else if (codePoint < 0x10000) {
        push(0xE0 | codePoint >> 12);
        push(0x80 | (codePoint >> 6 & 0x3F));
        push(0x80 | (codePoint & 0x3F));
    } else {
        push(0xF0 | codePoint >> 18);
        push(0x80 | (codePoint >> 12 & 0x3F));
        push(0x80 | (codePoint >> 6 & 0x3F));
        push(0x80 | (codePoint & 0x3F));
    }
}

size_t length(std::string_view text) {
    size_t count = 0;
    for (const char c : text)
        count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    return count;
}

bool isWhiteSpace(char32_t c) {
    return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
           c == 0x205F || c == 0x3000;
}

bool isWordCharacter(char32_t c) {
    // Symbols that are alphabetic: circled, squared and parenthesised letters.
    if ((c >= 0x24B6 && c <= 0x24E9) || (c >= 0x1F130 && c <= 0x1F149) ||
        (c >= 0x1F150 && c <= 0x1F169) || (c >= 0x1F170 && c <= 0x1F189))
        return true;
    constexpr char32_t kNonJoiner = 0x200C;
    constexpr char32_t kJoiner = 0x200D;
    if (c == kNonJoiner || c == kJoiner)
        return true;
    const utf8proc_category_t category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
    return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NL) ||
           category == UTF8PROC_CATEGORY_PC;
}

size_t beginOfCharacter(std::string_view text, size_t position) {
    --position;
    while (position > 0 && (static_cast<unsigned char>(text[position]) & 0xC0) == 0x80)
        --position;
    return position;
}

size_t endOfWhiteSpace(std::string_view text, size_t position) {
    while (position < text.size()) {
        const Sequence c = decodeAt(text, position);
        if (!c.valid || !isWhiteSpace(c.codePoint))
            break;
        position += c.length;
    }
    return position;
}

size_t beginOfWhiteSpace(std::string_view text, size_t position, size_t limit) {
    while (position > limit) {
        const size_t start = beginOfCharacter(text, position);
        if (!isWhiteSpace(decodeAt(text, start).codePoint))
            break;
        position = start;
    }
    return position;
}

}  // namespace hearth::engine::utf8
