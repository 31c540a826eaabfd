// The hand-written scanners find what PCRE2 finds, on millions of random characters.
#include <gtest/gtest.h>

#include <random>

#include "engine/formats/known_patterns.h"
#include "engine/formats/pre_tokenizer_pattern.h"
#include "engine/formats/utf8.h"

namespace hearth::engine {
namespace {

constexpr int kTexts = 20'000;
constexpr size_t kMostPieces = 12;

/// Draws texts in which every alternative of every expression has a chance.
class TextSource {
public:
    explicit TextSource(unsigned seed) : m_random(seed), m_assigned(compile(R"(\p{Cn})")) {}

    std::string next() {
        std::string text;
        for (size_t i = 1 + below(kMostPieces); i > 0; --i)
            addPiece(text);
        return text;
    }

private:
    static PreTokenizerPattern compile(const char* regex) {
        return PreTokenizerPattern::compile(regex, false).valueOrThrow();
    }
    size_t below(size_t limit) { return m_random() % limit; }

    void addPiece(std::string& text) {
        static const char* const kPieces[] = {
            "a",      "B",      "Ab",      "aB",   "'s",         "'S",     "'ll",    "'LL",
            "'rE",    "'d",     "'\u017F", "'x",   "'",          "1",      "23",     "4567",
            " ",      "  ",     "\t",      "\n",   "\r",         "\r\n",   "\u3000", "\u0085",
            "\u2028", "\u00A0", ".",       "!?",   "/",          "$",      "~",      "_",
            "-",      "é",      "É",       "ǅ",    "ʰ",          "ª",      "\u0301", "\u0903",
            "\u20DD", "漢",     "かな",    "カナ", "가",         "½",      "Ⅷ",      "٣",
            "।",      "「",     "€",       "😀",    "\u200B",     "\u200D", "\uFEFF", "\x01",
            "\x7F",   "𝐀",      "𝟘",       "𐐀",    "\U000E0100", "\u180E"};
        if (below(6) != 0) {
            text += kPieces[below(std::size(kPieces))];
            return;
        }
        std::string character;
        do {
            character.clear();
            utf8::append(codePoint(), character);
        } while (m_assigned.find(character, 0));  // another version of Unicode may know it
        text += character;
    }

    char32_t codePoint() {
        constexpr char32_t kFirstSurrogate = 0xD800;
        constexpr char32_t kLastSurrogate = 0xDFFF;
        const char32_t limits[] = {0x80, 0x800, 0x10000, 0x20000, 0x110000};
        const auto c = static_cast<char32_t>(below(limits[below(std::size(limits))]));
        return c >= kFirstSurrogate && c <= kLastSurrogate ? U'x' : c;
    }

    std::minstd_rand m_random;  // the same numbers on every platform
    PreTokenizerPattern m_assigned;
};

std::vector<TextRange> matches(const PreTokenizerPattern& pattern, std::string_view text) {
    std::vector<TextRange> found;
    for (size_t done = 0; done < text.size(); done = found.back().end) {
        const auto match = pattern.find(text, done);
        if (!match)
            break;
        found.push_back(*match);
    }
    return found;
}

class ScannerTest : public testing::TestWithParam<std::string_view> {};

TEST_P(ScannerTest, FindsWhatPcreFinds) {
    const std::string regex(GetParam());
    ASSERT_NE(scannerOf(regex), nullptr);
    const auto scanner = PreTokenizerPattern::compile(regex).valueOrThrow();
    const auto pcre = PreTokenizerPattern::compile(regex, false).valueOrThrow();
    TextSource source(11);
    for (int i = 0; i < kTexts; ++i) {
        const std::string text = source.next();
        const auto expected = matches(pcre, text);
        const auto found = matches(scanner, text);
        const bool same = std::equal(
            expected.begin(), expected.end(), found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.begin == b.begin && a.end == b.end; });
        ASSERT_TRUE(same) << testing::PrintToString(text);
    }
}

INSTANTIATE_TEST_SUITE_P(KnownPatterns, ScannerTest,
                         testing::Values(kGpt2, kLlama3, kQwen2, kGpt4o, kDeepseekRest,
                                         kDeepseekNumbers, kDeepseekCjk, kDigit, R"(\p{N}+)"));

}  // namespace
}  // namespace hearth::engine
