#include "app/services/accounts/rate_limiter.h"

#include <gtest/gtest.h>

#include "tests/support/manual_clock.h"

namespace hearth::app {
namespace {

TEST(RateLimiter, AllowsAMinutesWorthAndThenRefillsEvenly) {
    test::ManualClock clock;
    RateLimiter limiter(clock, 60);
    for (int i = 0; i < 60; ++i)
        EXPECT_TRUE(limiter.take("a").ok()) << i;
    EXPECT_EQ(limiter.take("a").error().code, core::ErrorCode::ResourceExhausted);
    EXPECT_TRUE(limiter.take("b").ok()) << "another principal has a bucket of its own";
    clock.advance(std::chrono::milliseconds(1500));
    EXPECT_TRUE(limiter.take("a").ok());
    EXPECT_FALSE(limiter.take("a").ok());
}

TEST(RateLimiter, NeverHoldsMoreThanAMinute) {
    test::ManualClock clock;
    RateLimiter limiter(clock, 2);
    clock.advance(std::chrono::hours(1));
    EXPECT_TRUE(limiter.take("a").ok());
    EXPECT_TRUE(limiter.take("a").ok());
    EXPECT_FALSE(limiter.take("a").ok());
}

}  // namespace
}  // namespace hearth::app
