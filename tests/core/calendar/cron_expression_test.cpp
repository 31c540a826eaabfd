#include "core/calendar/cron_expression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/calendar/time_zone.h"

namespace hearth::core {
namespace {

using testing::HasSubstr;

std::vector<std::string> next(const char* expression, const char* from, int count) {
    const auto cron = CronExpression::parse(expression).valueOrThrow();
    std::vector<std::string> times;
    auto local = parseLocal(from).value();
    for (int i = 0; i < count; ++i)
        times.push_back(formatLocal(local = cron.nextAfter(local)));
    return times;
}

using Times = std::vector<std::string>;

// 1 January 2026 is a Thursday.
TEST(CronExpressionTest, ReadsEveryForm) {
    EXPECT_EQ(next("30 2 * * *", "2026-01-01T02:30", 2),
              (Times{"2026-01-02T02:30", "2026-01-03T02:30"}));
    EXPECT_EQ(
        next("*/20 8-9 * * *", "2026-01-01T08:30", 4),
        (Times{"2026-01-01T08:40", "2026-01-01T09:00", "2026-01-01T09:20", "2026-01-01T09:40"}));
    EXPECT_EQ(
        next("5,10-12 0 * * *", "2026-01-01T00:05", 4),
        (Times{"2026-01-01T00:10", "2026-01-01T00:11", "2026-01-01T00:12", "2026-01-02T00:05"}));
    EXPECT_EQ(next("50/5 23 31 DEC *", "2026-01-01T00:00", 3),
              (Times{"2026-12-31T23:50", "2026-12-31T23:55", "2027-12-31T23:50"}));
    EXPECT_EQ(next("0 6 * jan,mar Mon", "2026-01-20T00:00", 3),
              (Times{"2026-01-26T06:00", "2026-03-02T06:00", "2026-03-09T06:00"}));
    EXPECT_EQ(
        next("0 0 * * fri-sun", "2026-01-01T00:00", 4),
        (Times{"2026-01-02T00:00", "2026-01-03T00:00", "2026-01-04T00:00", "2026-01-09T00:00"}));
    EXPECT_EQ(next("0 0 * * 7", "2026-01-01T00:00", 1), next("0 0 * * 0", "2026-01-01T00:00", 1));
    EXPECT_EQ(next("0 12 L * *", "2028-01-31T12:00", 2),
              (Times{"2028-02-29T12:00", "2028-03-31T12:00"}));
    EXPECT_EQ(next("0 12 15,L * *", "2026-02-01T00:00", 2),
              (Times{"2026-02-15T12:00", "2026-02-28T12:00"}));
    EXPECT_EQ(next("@weekly", "2026-01-01T00:00", 1), (Times{"2026-01-04T00:00"}));
    EXPECT_EQ(next("  0   0  1  1  * ", "2026-01-01T00:00", 1), (Times{"2027-01-01T00:00"}));
}

TEST(CronExpressionTest, ADayFitsEitherOfTwoRestrictedFields) {
    EXPECT_EQ(
        next("0 0 13 * fri", "2026-01-01T00:00", 4),
        (Times{"2026-01-02T00:00", "2026-01-09T00:00", "2026-01-13T00:00", "2026-01-16T00:00"}));
    // A star with a step restricts nothing in this sense: both must fit.
    EXPECT_EQ(next("0 0 */2 * mon", "2026-01-01T00:00", 2),
              (Times{"2026-01-05T00:00", "2026-01-19T00:00"}));
}

TEST(CronExpressionTest, RareDaysAreFoundOverCenturies) {
    EXPECT_EQ(next("0 0 29 2 *", "2096-02-29T00:00", 1), (Times{"2104-02-29T00:00"}));
    // 29 February on a Saturday, Sunday or Wednesday (every third weekday from Sunday).
    EXPECT_EQ(next("0 0 29 2 */3", "2026-01-01T00:00", 2),
              (Times{"2032-02-29T00:00", "2040-02-29T00:00"}));
}

TEST(CronExpressionTest, SecondsAndTheMinuteItselfAreOver) {
    EXPECT_EQ(next("* * * * *", "2026-01-01T00:00:59", 1), (Times{"2026-01-01T00:01"}));
    EXPECT_EQ(next("59 23 31 12 *", "2026-12-31T23:59", 1), (Times{"2027-12-31T23:59"}));
}

struct BadExpression {
    const char* text;
    const char* said;
};

TEST(CronExpressionTest, AWrongExpressionIsRefusedWithWhatToWrite) {
    for (const auto& [text, said] : std::vector<BadExpression>{
             {"", "needs five"},
             {"0 2 * *", "has 4 fields"},
             {"0 2 * * * *", "has 6 fields"},
             {"@sometimes", "needs five"},
             {"60 2 * * *", "the minute '60' is out of range; it may be 0 to 59"},
             {"0 24 * * *", "the hour '24' is out of range; it may be 0 to 23"},
             {"0 2 0 * *", "the day of the month '0' is out of range; it may be 1 to 31"},
             {"0 2 * 13 *", "the month '13' is out of range; it may be 1 to 12, or jan to dec"},
             {"0 2 * * 8", "it may be 0 to 7 (0 and 7 are Sunday), or sun to sat"},
             {"0 2 * * monday", "is not a value"},
             {"0 22-2 * * *", "runs backwards; write it as two ranges, such as 22-23,0-2"},
             {"*/0 * * * *", "no step after '/'"},
             {"*/ * * * *", "no step after '/'"},
             {"*/60 * * * *", "may be 1 to 59"},
             {"1,,2 * * * *", "'' is not a value"},
             {"-1 * * * *", "is not a value"},
             {"1- * * * *", "is not a value"},
             {"0 0 30 2 *", "never comes in month '2'"},
             {"0 0 31 4,6,9,11 *", "never comes"},
             {"99999999999 * * * *", "is not a value"},
             {"0 0 \x1b[31m * *", "is not a value"}}) {
        const auto cron = CronExpression::parse(text);
        ASSERT_FALSE(cron.ok()) << text;
        EXPECT_EQ(cron.error().code, ErrorCode::InvalidArgument);
        EXPECT_THAT(cron.error().message, HasSubstr(said)) << text;
        EXPECT_EQ(cron.error().message.find('\x1b'), std::string::npos);
    }
    EXPECT_FALSE(CronExpression::parse(std::string(300, '*')).ok());
}

}  // namespace
}  // namespace hearth::core
