// What the scanners of pre_tokenizer_scanner.cpp ask of a character, quickly.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hearth::engine {

/// Bits; the names are those of Unicode's general categories.
enum CharacterClass : uint16_t {
    kLetter = 1,       // L
    kNumber = 2,       // N
    kMark = 4,         // M
    kPunctuation = 8,  // P
    kSymbol = 16,      // S
    kSpace = 32,       // the property White_Space
    kLineBreak = 64,   // CR and LF
    kUpper = 128,      // Lu, Lt, Lm, Lo, M: what may stand in an upper-case run
    kLower = 256,      // Ll, Lm, Lo, M
    kCjk = 512,        // U+4E00 to U+9FA5, hiragana and katakana
};

/// Classes of the basic multilingual plane.
const uint16_t* basicClasses();
/// Of any code point.
uint16_t classesOf(char32_t codePoint);

/// Walks over a valid UTF-8 text.
class ClassWalker {
public:
    explicit ClassWalker(std::string_view text)
        : m_begin(reinterpret_cast<const unsigned char*>(text.data())),
          m_size(text.size()),
          m_classes(basicClasses()) {}

    size_t size() const { return m_size; }
    unsigned char byteAt(size_t at) const { return at < m_size ? m_begin[at] : 0; }

    /// The classes of the character at `at`, 0 at the end; `next` is where the one after begins.
    uint16_t at(size_t at, size_t& next) const {
        if (at >= m_size) {
            next = at;
            return 0;
        }
        const unsigned char lead = m_begin[at];
        if (lead < 0x80) {
            next = at + 1;
            return m_classes[lead];
        }
        return longAt(at, next);
    }

    /// Where the run of characters that have one of `wanted` ends.
    size_t skip(size_t at, uint16_t wanted) const {
        size_t next = at;
        while (this->at(at, next) & wanted)
            at = next;
        return at;
    }
    /// The same for characters with none of `unwanted`.
    size_t skipOthers(size_t at, uint16_t unwanted) const {
        size_t next = at;
        while (at < m_size && !(this->at(at, next) & unwanted))
            at = next;
        return at;
    }

private:
    uint16_t longAt(size_t at, size_t& next) const {
        const unsigned char* p = m_begin + at;
        if (p[0] < 0xE0) {
            next = at + 2;
            return m_classes[(p[0] & 0x1Fu) << 6 | (p[1] & 0x3Fu)];
        }
        if (p[0] < 0xF0) {
            next = at + 3;
            return m_classes[(p[0] & 0x0Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu)];
        }
        next = at + 4;
        return classesOf(static_cast<char32_t>((p[0] & 0x07u) << 18 | (p[1] & 0x3Fu) << 12 |
                                               (p[2] & 0x3Fu) << 6 | (p[3] & 0x3Fu)));
    }

    const unsigned char* m_begin;
    size_t m_size;
    const uint16_t* m_classes;
};

}  // namespace hearth::engine
