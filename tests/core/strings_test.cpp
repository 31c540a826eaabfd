#include "core/strings.h"

#include <gtest/gtest.h>

#include "core/clock.h"
#include "core/file.h"

namespace hearth::core {
namespace {

TEST(StringsTest, SplitsTrimsAndJoins) {
    EXPECT_EQ(trim(" \t a b\r\n"), "a b");
    EXPECT_EQ(trim("  "), "");
    const std::vector<std::string_view> expected{"a", "", "b", ""};
    EXPECT_EQ(split("a,,b,", ','), expected);
    EXPECT_EQ(split("", ',').size(), 1u);
    const std::vector<std::string> parts{"a", "b"};
    EXPECT_EQ(join(parts, ", "), "a, b");
    EXPECT_EQ(toLowerAscii("AbC\xC3\x9C"), "abc\xC3\x9C");
}

TEST(StringsTest, HexRoundTripAndRefusals) {
    const std::string_view text("\x00\x7f\xff", 3);
    EXPECT_EQ(toHex(asBytes(text)), "007fff");
    EXPECT_EQ(asText(*fromHex("007FfF")), text);
    EXPECT_FALSE(fromHex("0").has_value());
    EXPECT_FALSE(fromHex("0g").has_value());
    EXPECT_FALSE(fromHex("+1").has_value());
}

TEST(StringsTest, OnlySixtyFourLowerCaseHexDigitsAreADigest) {
    std::string text(64, 'a');
    EXPECT_TRUE(isHexDigest(text));
    EXPECT_FALSE(isHexDigest(std::string_view(text).substr(1)));
    for (const char bad : {'A', 'g', '/', '.', '\n', '\0'}) {
        text[63] = bad;
        EXPECT_FALSE(isHexDigest(text)) << text;
    }
    text[63] = 'a';
    text.push_back('a');
    EXPECT_FALSE(isHexDigest(text));
}

TEST(StringsTest, KnowsWellFormedUtf8) {
    for (const char* good :
         {"", "abc", "\xC2\x80", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xF4\x8F\xBF\xBF"})
        EXPECT_TRUE(isValidUtf8(good)) << good;
    for (const char* bad : {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80",
                            "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE2\x82"})
        EXPECT_FALSE(isValidUtf8(bad)) << bad;
}

TEST(StringsTest, PrintableHasNoControlCharacters) {
    EXPECT_EQ(printable("a\x1b[2J\nb"), "a [2J b");
    EXPECT_EQ(printable("abcdef", 3), "abc");
}

TEST(StringsTest, FormatsUtc) {
    EXPECT_EQ(formatUtc(0), "1970-01-01T00:00:00Z");
    EXPECT_EQ(formatUtc(1'700'000'000), "2023-11-14T22:13:20Z");
}

}  // namespace
}  // namespace hearth::core
