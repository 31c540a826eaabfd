// Training gives way to serving by how fast answers are.
#include "app/services/jobs/pause_rule.h"

#include <gtest/gtest.h>

namespace hearth::app {
namespace {

using std::chrono::milliseconds;
using Clock = LatencyWatch::Clock;

TEST(LatencyWatchTest, TellsTheMeanOfTheNewestTokensAndForgetsOldOnes) {
    LatencyWatch watch;
    const Clock::time_point start{};
    EXPECT_FALSE(watch.at(start).tokenMs);
    watch.addFirstToken(milliseconds(700), start);
    watch.addTokens(1, milliseconds(100), start);
    EXPECT_EQ(watch.at(start).firstTokenMs, 700.0);
    EXPECT_EQ(watch.at(start).tokenMs, 100.0);
    // One that is late moves it by a tenth; many make it theirs.
    watch.addTokens(1, milliseconds(600), start + milliseconds(600));
    EXPECT_DOUBLE_EQ(*watch.at(start + milliseconds(600)).tokenMs, 150.0);
    watch.addTokens(100, milliseconds(2000), start + milliseconds(2600));
    EXPECT_NEAR(*watch.at(start + milliseconds(2600)).tokenMs, 20.0, 0.01);
    EXPECT_FALSE(watch.at(start + milliseconds(3001)).firstTokenMs);
    EXPECT_TRUE(watch.at(start + milliseconds(5600)).tokenMs);
    EXPECT_FALSE(watch.at(start + milliseconds(5601)).tokenMs);
}

TEST(LatencyWatchTest, TheSlowerOfTwoCounts) {
    const ServingLatency a{.firstTokenMs = 5.0}, b{.firstTokenMs = 7.0, .tokenMs = 1.0};
    EXPECT_EQ(slower(a, b).firstTokenMs, 7.0);
    EXPECT_EQ(slower(a, b).tokenMs, 1.0);
    EXPECT_FALSE(slower(a, a).tokenMs);
}

TEST(PauseRuleTest, PausesWhenAnObjectiveIsMissedAndGoesOnWithAMargin) {
    PauseRule rule({.firstTokenMs = 1000.0, .tokenMs = 100.0});
    EXPECT_FALSE(rule.update({}));
    EXPECT_FALSE(rule.update({.tokenMs = 100.0}));
    EXPECT_TRUE(rule.update({.tokenMs = 101.0}));
    EXPECT_TRUE(rule.update({.tokenMs = 81.0}));
    EXPECT_FALSE(rule.update({.tokenMs = 80.0}));
    EXPECT_FALSE(rule.update({.tokenMs = 99.0}));
    EXPECT_TRUE(rule.update({.firstTokenMs = 1001.0, .tokenMs = 10.0}));
    EXPECT_FALSE(rule.update({}));  // nobody is served
}

TEST(PauseRuleTest, WhatIsNotWatchedNeverPauses) {
    PauseRule rule({});
    EXPECT_FALSE(rule.update({.firstTokenMs = 1e9, .tokenMs = 1e9}));
}

}  // namespace
}  // namespace hearth::app
