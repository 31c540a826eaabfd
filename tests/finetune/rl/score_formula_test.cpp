#include "finetune/rl/score_formula.h"

#include <gtest/gtest.h>

#include <cmath>

namespace hearth::finetune {
namespace {

const std::vector<std::string> kNames = {"exact", "form", "max"};
const std::vector<double> kScores = {0.5, 0.25, 8.0};

double valueOf(const std::string& text) {
    return ScoreFormula::parse(text, kNames).valueOrThrow().value(kScores);
}

TEST(ScoreFormula, FollowsTheRulesOfArithmetic) {
    EXPECT_EQ(valueOf("1 + 2 * 3 - 4 / 8"), 6.5);
    EXPECT_EQ(valueOf("(1 + 2) * -3"), -9.0);
    EXPECT_EQ(valueOf("10 - 4 - 3"), 3.0);
    EXPECT_EQ(valueOf("16 / 4 / 2"), 2.0);
    EXPECT_EQ(valueOf("2 ^ 3 ^ 2"), 512.0) << "powers bind from the right";
    EXPECT_EQ(valueOf("-2 ^ 2"), -4.0);
    EXPECT_EQ(valueOf("2 ^ -1"), 0.5);
    EXPECT_EQ(valueOf("--1.5e1"), 15.0);
    EXPECT_EQ(valueOf("\t.5+1. "), 1.5);
}

TEST(ScoreFormula, KnowsScoresAndFunctions) {
    EXPECT_EQ(valueOf("0.8 * exact + 0.2 * form"), 0.8 * 0.5 + 0.2 * 0.25);
    EXPECT_EQ(valueOf("min(exact, form, 3)"), 0.25);
    EXPECT_EQ(valueOf("max(exact, form, 3)"), 3.0);
    EXPECT_EQ(valueOf("max + max(exact)"), 8.5) << "a grader may be called as a function is";
    EXPECT_EQ(valueOf("abs(form - exact)"), 0.25);
    EXPECT_EQ(valueOf("floor(1.7) + ceil(1.2)"), 3.0);
    EXPECT_EQ(valueOf("exp(log(exact))"), std::exp(std::log(0.5)));
    EXPECT_EQ(valueOf("sqrt(form)"), 0.5);
}

TEST(ScoreFormula, LeavesItToTheCallerWhatInfinityMeans) {
    EXPECT_TRUE(std::isinf(valueOf("1 / (exact - 0.5)")));
    EXPECT_TRUE(std::isnan(valueOf("sqrt(-1)")));
}

TEST(ScoreFormula, SaysWhereItIsWrong) {
    const auto expectError = [](const std::string& text, const std::string& part) {
        const auto formula = ScoreFormula::parse(text, kNames);
        ASSERT_FALSE(formula) << text;
        EXPECT_NE(formula.error().message.find(part), std::string::npos)
            << text << ": " << formula.error().message;
    };
    expectError("", "a number, a grader's name or '(' is expected at byte 1");
    expectError("exact +", "is expected at byte 8");
    expectError("exact form", "an operator is expected at byte 7");
    expectError("(exact", "')' is expected at byte 7");
    expectError("1 + exakt", "no grader is called \"exakt\" at byte 5");
    expectError("pow(1, 2)", "no function is called \"pow\"");
    expectError("abs(1, 2)", "abs takes another number of values than 2");
    expectError("min(1; 2)", "',' or ')' is expected at byte 6");
    expectError("min()", "is expected at byte 5");
    expectError("1e999", "a number is expected at byte 1");
    expectError("exact; 1", "an operator is expected at byte 6");
    expectError(std::string(100'000, '('), "too many parentheses");
    expectError(std::string(100'000, '-') + "1", "too many parentheses");
}

}  // namespace
}  // namespace hearth::finetune
