#include "engine/formats/pre_tokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace hearth::engine {
namespace {

using nlohmann::json;
using testing::ElementsAre;

json byteLevel(bool regex) {
    return {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", regex}};
}

json splitSpec(const json& pattern, const char* behavior = "Isolated", bool invert = false) {
    return {{"type", "Split"}, {"pattern", pattern}, {"behavior", behavior}, {"invert", invert}};
}

core::Result<PreTokenizer> sequence(std::vector<json> parts) {
    parts.push_back(byteLevel(false));
    const json spec = {{"type", "Sequence"}, {"pretokenizers", parts}};
    return PreTokenizer::parse(&spec);
}

std::vector<std::string> piecesOf(const PreTokenizer& tokenizer, std::string_view text,
                                  PieceStart start = PieceStart::Text) {
    Pieces pieces;
    tokenizer.split(text, start, pieces);
    return {pieces.views.begin(), pieces.views.end()};
}

std::vector<std::string> split(const json& part, std::string_view text) {
    return piecesOf(sequence({part}).valueOrThrow(), text);
}

TEST(PreTokenizerTest, ByteLevelCutsAsGpt2) {
    const json spec = byteLevel(true);
    EXPECT_THAT(piecesOf(PreTokenizer::parse(&spec).valueOrThrow(), "I'll pay 120  dollars!"),
                ElementsAre("I", "'ll", " pay", " 120", " ", " dollars", "!"));
}

TEST(PreTokenizerTest, SplitKeepsOrDropsMatches) {
    const json regex = {{"Regex", "-+"}};
    EXPECT_THAT(split(splitSpec(regex), "a--b-c"), ElementsAre("a", "--", "b", "-", "c"));
    EXPECT_THAT(split(splitSpec(regex, "Removed"), "a--b-c"), ElementsAre("a", "b", "c"));
    EXPECT_THAT(split(splitSpec(regex, "Removed", true), "a--b-c"), ElementsAre("--", "-"));
    EXPECT_THAT(split(splitSpec({{"String", "."}}), "a.b"), ElementsAre("a", ".", "b"));
}

TEST(PreTokenizerTest, MatchesMayJoinTheirNeighbours) {
    const json dash = {{"String", "-"}};
    EXPECT_THAT(split(splitSpec(dash, "MergedWithPrevious"), "-a--b-c"),
                ElementsAre("-", "a-", "-", "b-", "c"));
    EXPECT_THAT(split(splitSpec(dash, "MergedWithNext"), "-a--b-c-"),
                ElementsAre("-a", "-", "-b", "-c", "-"));
    EXPECT_THAT(split(splitSpec(dash, "Contiguous"), "-a--b-c"),
                ElementsAre("-", "a", "--", "b", "-", "c"));
}

TEST(PreTokenizerTest, WordsAndPunctuation) {
    EXPECT_THAT(split({{"type", "Whitespace"}}, " a_1, b-ç\u3000다"),
                ElementsAre("a_1", ",", "b", "-", "ç", "다"));
    EXPECT_THAT(split({{"type", "WhitespaceSplit"}}, " a_1, b-ç\u3000다"),
                ElementsAre("a_1,", "b-ç", "다"));
    EXPECT_THAT(split({{"type", "Punctuation"}}, "a,b+c。「d"),
                ElementsAre("a", ",", "b", "+", "c", "。", "「", "d"));
    EXPECT_THAT(split({{"type", "CharDelimiterSplit"}, {"delimiter", "|"}}, "a|b||c"),
                ElementsAre("a", "b", "c"));
}

std::vector<std::string> metaspace(const char* scheme, bool splits, std::string_view text,
                                   PieceStart start) {
    const json spec = {{"type", "Metaspace"}, {"prepend_scheme", scheme}, {"split", splits}};
    return piecesOf(PreTokenizer::parse(&spec).valueOrThrow(), text, start);
}

TEST(PreTokenizerTest, MetaspaceMarksSpaces) {
    constexpr auto kText = PieceStart::Text;
    constexpr auto kPart = PieceStart::Part;
    constexpr auto kMiddle = PieceStart::Middle;
    EXPECT_THAT(metaspace("always", true, "a b  c", kText), ElementsAre("▁a", "▁b", "▁", "▁c"));
    EXPECT_THAT(metaspace("always", true, "a b", kPart), ElementsAre("▁a", "▁b"));
    EXPECT_THAT(metaspace("always", true, "a b", kMiddle), ElementsAre("a", "▁b"));
    EXPECT_THAT(metaspace("first", false, "a b", kText), ElementsAre("▁a▁b"));
    EXPECT_THAT(metaspace("first", false, " a", kText), ElementsAre("▁a"));
    EXPECT_THAT(metaspace("first", false, "a b", kPart), ElementsAre("a▁b"));
    EXPECT_THAT(metaspace("never", true, "a b", kText), ElementsAre("a", "▁b"));
}

TEST(PreTokenizerTest, LaterPartsSeeThePiecesOfEarlierOnes) {
    const PreTokenizer tokenizer =
        sequence({splitSpec({{"Regex", R"(\p{N}{1,3})"}}), splitSpec({{"Regex", R"(\p{L}+|\s+)"}})})
            .valueOrThrow();
    EXPECT_THAT(piecesOf(tokenizer, "ab 12345c"), ElementsAre("ab", " ", "123", "45", "c"));
}

TEST(PreTokenizerTest, DigitsOneByOneOrInRuns) {
    const json single = {{"type", "Digits"}, {"individual_digits", true}};
    EXPECT_THAT(split(single, "a12½b"), ElementsAre("a", "1", "2", "½", "b"));
    EXPECT_THAT(split({{"type", "Digits"}}, "a12½b"), ElementsAre("a", "12½", "b"));
}

TEST(PreTokenizerTest, WhiteSpaceIsUnicodesOwn) {
    const json spec = splitSpec({{"Regex", R"(\s+|[^\s]+)"}});
    EXPECT_THAT(split(spec, "a\u0085b"), ElementsAre("a", "\u0085", "b"));
    EXPECT_THAT(split(spec, "a\u3000b"), ElementsAre("a", "\u3000", "b"));
    EXPECT_THAT(split(spec, "a\u180Eb"), ElementsAre("a\u180Eb"));
    EXPECT_THAT(split(spec, "a\uFEFFb"), ElementsAre("a\uFEFFb"));
    EXPECT_THAT(split(splitSpec({{"Regex", R"([\S]+)"}}), "a b"), ElementsAre("a", " ", "b"));
}

TEST(PreTokenizerTest, AClassMayExcludeAnother) {
    const json spec = splitSpec({{"Regex", R"(\p{Han}+|[\p{L}\s&&[^\p{Han}]]+)"}});
    EXPECT_THAT(split(spec, "ab 漢字cd!"), ElementsAre("ab ", "漢字", "cd", "!"));
    EXPECT_EQ(sequence({splitSpec({{"Regex", R"([^a&&[^b]])"}})}).error().code,
              core::ErrorCode::Unsupported);
}

TEST(PreTokenizerTest, RefusesWhatPcreReadsDifferently) {
    for (const char* regex : {R"(\w+)", R"(\h)", R"([a[bc]])", R"([\p{L}&&[a-z]])", R"(\bx)"})
        EXPECT_EQ(sequence({splitSpec({{"Regex", regex}})}).error().code,
                  core::ErrorCode::Unsupported)
            << regex;
    EXPECT_EQ(sequence({splitSpec({{"Regex", "(("}})}).error().code, core::ErrorCode::DataCorrupt);
    EXPECT_EQ(sequence({splitSpec({{"Regex", "a"}}, "Swallowed")}).error().code,
              core::ErrorCode::Unsupported);
}

TEST(PreTokenizerTest, AnExplodingPatternEndsAndLosesNothing) {
    const std::string text(40, 'a');
    const std::vector<std::string> pieces = split(splitSpec({{"Regex", "(a+a+)+b"}}), text);
    EXPECT_THAT(pieces, ElementsAre(text));
}

}  // namespace
}  // namespace hearth::engine
