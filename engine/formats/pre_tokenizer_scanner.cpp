#include "engine/formats/pre_tokenizer_scanner.h"

#include "engine/formats/character_class.h"
#include "engine/formats/known_patterns.h"

namespace hearth::engine {

namespace {

/// Each function below gives the end of its expression's match at `at`, or `at` if there is none.
class Scanner : public ClassWalker {
public:
    using ClassWalker::ClassWalker;

    /// 's|'t|'re|'ve|'m|'ll|'d
    size_t contraction(size_t at) const {
        if (byteAt(at) != '\'')
            return at;
        return at + contractionLength(byteAt(at + 1), byteAt(at + 2));
    }

    /// (?i:'s|'t|'re|'ve|'m|'ll|'d)
    size_t anyCaseContraction(size_t at) const {
        if (byteAt(at) != '\'')
            return at;
        // U+017F, the long s, is an s in another case.
        if (byteAt(at + 1) == 0xC5 && byteAt(at + 2) == 0xBF)
            return at + 3;
        return at + contractionLength(lower(byteAt(at + 1)), lower(byteAt(at + 2)));
    }

    /// [^\r\n\p{L}\p{N}]?\p{L}+
    size_t word(size_t at) const {
        size_t next = at;
        const uint16_t first = this->at(at, next);
        if (first & kLetter)
            return skip(next, kLetter);
        if (at == size() || first & (kLineBreak | kNumber))
            return at;
        const size_t end = skip(next, kLetter);
        return end > next ? end : at;
    }

    /// \p{N}{1,most}
    size_t number(size_t at, int most) const {
        size_t next = at;
        for (int i = 0; i < most && this->at(at, next) & kNumber; ++i)
            at = next;
        return at;
    }

    /// " ?[classes]+", or of everything but the classes
    size_t spaced(size_t at, uint16_t classes) const {
        const size_t begin = at + (byteAt(at) == ' ');
        const size_t end = skip(begin, classes);
        return end > begin ? end : at;
    }
    size_t spacedOthers(size_t at, uint16_t classes) const {
        const size_t begin = at + (byteAt(at) == ' ');
        const size_t end = skipOthers(begin, classes);
        return end > begin ? end : at;
    }

    /// \s*[\r\n]+: up to the last line break of the white space.
    size_t lines(size_t at) const {
        size_t end = at;
        size_t next = at;
        for (uint16_t classes = this->at(at, next); classes & kSpace;
             classes = this->at(at, next)) {
            at = next;
            if (classes & kLineBreak)
                end = at;
        }
        return end;
    }

    /// \s+(?!\S)|\s+: without its last character where a word follows.
    size_t spaces(size_t at) const {
        size_t before = at;
        size_t end = at;
        size_t next = at;
        while (this->at(end, next) & kSpace) {
            before = end;
            end = next;
        }
        return end < size() && before > at ? before : end;
    }

    static unsigned char lower(unsigned char c) { return c >= 'A' && c <= 'Z' ? c | 0x20 : c; }

private:
    static size_t contractionLength(unsigned char first, unsigned char second) {
        switch (first) {
            case 's':
            case 't':
            case 'm':
            case 'd':
                return 2;
            case 'r':
            case 'v':
                return second == 'e' ? 3 : 0;
            case 'l':
                return second == 'l' ? 3 : 0;
            default:
                return 0;
        }
    }
};

template <int kDigits>
size_t llamaEnd(const Scanner& scan, size_t at) {
    if (const size_t end = scan.anyCaseContraction(at); end > at)
        return end;
    if (const size_t end = scan.word(at); end > at)
        return end;
    if (const size_t end = scan.number(at, kDigits); end > at)
        return end;
    if (const size_t end = scan.spacedOthers(at, kSpace | kLetter | kNumber); end > at)
        return scan.skip(end, kLineBreak);
    if (const size_t end = scan.lines(at); end > at)
        return end;
    return scan.spaces(at);
}

size_t gpt2End(const Scanner& scan, size_t at) {
    if (const size_t end = scan.contraction(at); end > at)
        return end;
    if (const size_t end = scan.spaced(at, kLetter); end > at)
        return end;
    if (const size_t end = scan.spaced(at, kNumber); end > at)
        return end;
    if (const size_t end = scan.spacedOthers(at, kSpace | kLetter | kNumber); end > at)
        return end;
    return scan.spaces(at);
}

/// [Lu Lt Lm Lo M]*[Ll Lm Lo M]+
size_t mixedCase(const Scanner& scan, size_t at) {
    size_t lastLower = at;  // end of the last character of the upper run that may be lower, too
    size_t upper = at;
    size_t next = at;
    for (uint16_t classes = scan.at(at, next); classes & kUpper; classes = scan.at(upper, next)) {
        upper = next;
        if (classes & kLower)
            lastLower = upper;
    }
    const size_t end = scan.skip(upper, kLower);
    return end > upper ? end : lastLower;
}

/// [Lu Lt Lm Lo M]+[Ll Lm Lo M]*
size_t upperCase(const Scanner& scan, size_t at) {
    const size_t upper = scan.skip(at, kUpper);
    return upper > at ? scan.skip(upper, kLower) : at;
}

/// "[^\r\n\p{L}\p{N}]?" before a word; the word alone where that doesn't match.
template <typename Word>
size_t prefixed(const Scanner& scan, size_t at, Word word) {
    size_t next = at;
    const uint16_t first = scan.at(at, next);
    if (at < scan.size() && !(first & (kLineBreak | kLetter | kNumber))) {
        if (const size_t end = word(scan, next); end > next)
            return end;
    }
    return word(scan, at);
}

size_t gpt4oEnd(const Scanner& scan, size_t at) {
    if (const size_t end = prefixed(scan, at, mixedCase); end > at)
        return scan.anyCaseContraction(end);
    if (const size_t end = prefixed(scan, at, upperCase); end > at)
        return scan.anyCaseContraction(end);
    constexpr int kDigits = 3;
    if (const size_t end = scan.number(at, kDigits); end > at)
        return end;
    if (size_t end = scan.spacedOthers(at, kSpace | kLetter | kNumber); end > at) {
        while (scan.byteAt(end) == '/' || scan.byteAt(end) == '\r' || scan.byteAt(end) == '\n')
            ++end;
        return end;
    }
    if (const size_t end = scan.lines(at); end > at)
        return end;
    return scan.spaces(at);
}

bool isAsciiLetter(unsigned char c) {
    return Scanner::lower(c) >= 'a' && Scanner::lower(c) <= 'z';
}

size_t deepseekEnd(const Scanner& scan, size_t at) {
    size_t next = at;
    const uint16_t first = scan.at(at, next);
    if (scan.byteAt(at) < 0x80 && first & (kPunctuation | kSymbol) &&
        isAsciiLetter(scan.byteAt(next))) {
        while (isAsciiLetter(scan.byteAt(next)))
            ++next;
        return next;
    }
    if (!(first & (kLineBreak | kLetter | kPunctuation | kSymbol))) {
        if (const size_t end = scan.skip(next, kLetter | kMark); end > next)
            return end;
    }
    if (const size_t end = scan.skip(at, kLetter | kMark); end > at)
        return end;
    if (const size_t end = scan.spaced(at, kPunctuation | kSymbol); end > at)
        return scan.skip(end, kLineBreak);
    if (const size_t end = scan.lines(at); end > at)
        return end;
    return scan.spaces(at);
}

template <size_t (*kEnd)(const Scanner&, size_t)>
std::optional<TextRange> find(std::string_view text, size_t from) {
    const Scanner scan(text);
    for (size_t at = from; at < text.size();) {
        if (const size_t end = kEnd(scan, at); end > at)
            return TextRange{at, end};
        scan.at(at, at);
    }
    return std::nullopt;
}

/// Runs of a class, of at most so many characters.
template <uint16_t kClass, int kMost>
std::optional<TextRange> findRun(std::string_view text, size_t from) {
    const Scanner scan(text);
    const size_t begin = scan.skipOthers(from, kClass);
    size_t end = begin;
    size_t next = begin;
    for (int i = 0; (kMost == 0 || i < kMost) && scan.at(end, next) & kClass; ++i)
        end = next;
    return end > begin ? std::optional(TextRange{begin, end}) : std::nullopt;
}

}  // namespace

PatternScanner scannerOf(std::string_view regex) {
    constexpr int kAny = 0;
    const std::pair<std::string_view, PatternScanner> known[] = {
        {kGpt2, find<gpt2End>},
        {kLlama3, find<llamaEnd<3>>},
        {kQwen2, find<llamaEnd<1>>},
        {kGpt4o, find<gpt4oEnd>},
        {kDeepseekRest, find<deepseekEnd>},
        {kDeepseekNumbers, findRun<kNumber, 3>},
        {kDeepseekCjk, findRun<kCjk, kAny>},
        {kDigit, findRun<kNumber, 1>},
        {R"(\p{N}+)", findRun<kNumber, kAny>}};
    for (const auto& [pattern, scanner] : known) {
        if (isSamePattern(pattern, regex))
            return scanner;
    }
    return nullptr;
}

}  // namespace hearth::engine
