#include "finetune/eval/answer_match.h"

#include <gtest/gtest.h>

namespace hearth::finetune {
namespace {

using Words = std::vector<std::string>;

TEST(AnswerWords, FoldCaseSpaceAndPunctuation) {
    EXPECT_EQ(answerWords("  The OIL, of \"P-204\"\tis: Korvol 46. "),
              (Words{"the", "oil", "of", "p", "204", "is", "korvol", "46"}));
}

TEST(AnswerWords, NumbersAreComparedByValue) {
    EXPECT_EQ(answerWords("1,200 hours"), answerWords("1200 Hours"));
    EXPECT_EQ(answerWords("12,345,678"), Words{"12345678"});
    EXPECT_EQ(answerWords("7.50 bar"), answerWords("7.5bar"));
    EXPECT_EQ(answerWords("65.0"), Words{"65"});
    EXPECT_EQ(answerWords("12,5"), (Words{"12", "5"}));
    EXPECT_EQ(answerWords("0412"), Words{"0412"});
    EXPECT_EQ(answerWords("It is 65."), (Words{"it", "is", "65"}));
}

TEST(AnswerWords, UnitsAndSigns) {
    EXPECT_EQ(answerWords("65 °C"), answerWords("65°C"));
    EXPECT_EQ(answerWords("65 °C"), answerWords("65 C"));
    EXPECT_EQ(answerWords("-5 °C"), (Words{"-5", "c"}));
    EXPECT_EQ(answerWords("\u22125"), Words{"-5"});
    EXPECT_EQ(answerWords("P-204"), (Words{"p", "204"}));
    EXPECT_EQ(answerWords("80 %"), answerWords("80 percent"));
}

TEST(AnswerContains, FindsTheValueAsWholeWords) {
    EXPECT_TRUE(answerContains("The maximum temperature of P-204 is 65 °C.", "65 °C"));
    EXPECT_FALSE(answerContains("The maximum temperature is 165 °C.", "65 °C"));
    EXPECT_FALSE(answerContains("The maximum temperature is 65.5 °C.", "65 °C"));
    EXPECT_FALSE(answerContains("It is -5 C", "5 C"));
    EXPECT_FALSE(answerContains("Ask Ann", "Anna"));
    EXPECT_FALSE(answerContains("anything", "?!"));
    EXPECT_FALSE(answerContains("", "x"));
}

TEST(RougeL, IsTheFMeasureOfTheLongestCommonSubsequence) {
    EXPECT_DOUBLE_EQ(rougeL("the cat sat", "The cat sat."), 1.0);
    EXPECT_DOUBLE_EQ(rougeL("a b", "c d"), 0.0);
    EXPECT_DOUBLE_EQ(rougeL("", "c d"), 0.0);
    // Lin 2004, section 3: S1 against S2 (LCS 3 of 4 and 4) and S3 (LCS 2).
    EXPECT_DOUBLE_EQ(rougeL("police killed the gunman", "police kill the gunman"), 0.75);
    EXPECT_DOUBLE_EQ(rougeL("police killed the gunman", "the gunman kill police"), 0.5);
    EXPECT_DOUBLE_EQ(rougeL("a b c d", "a c"), 2.0 * 2.0 / 6.0);
}

}  // namespace
}  // namespace hearth::finetune
