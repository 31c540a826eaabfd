#include "core/calendar/start_times.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/clock.h"

namespace hearth::core {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_seconds;
using Times = std::vector<std::string>;

class StartTimesTest : public testing::Test {
protected:
    void useZone(const char* name) { m_zone = TimeZone::find(name).valueOrThrow(); }
    StartTimes cron(const char* text, const std::vector<std::string>& blackouts = {}) {
        return {m_zone, CronExpression::parse(text).valueOrThrow(),
                OpenHours::parse(m_zone, {}, blackouts).valueOrThrow()};
    }
    sys_seconds at(const char* local) { return m_zone->firstInstant(parseLocal(local).value()); }
    static Times utc(const std::vector<sys_seconds>& starts) {
        Times times;
        for (const sys_seconds start : starts)
            times.push_back(formatUtc(start.time_since_epoch().count()));
        return times;
    }

    std::shared_ptr<const TimeZone> m_zone = TimeZone::find("Europe/Berlin").valueOrThrow();
};

TEST_F(StartTimesTest, ASkippedTimeStartsOnceAtTheChange) {
    EXPECT_EQ(utc(cron("30 2 * * *").nextAfter(at("2026-03-28T00:00"), 3)),
              (Times{"2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"}));
    // Several skipped times and the one at the change itself are one start.
    EXPECT_EQ(utc(cron("*/20 * * * *").nextAfter(at("2026-03-29T01:30"), 4)),
              (Times{"2026-03-29T00:40:00Z", "2026-03-29T01:00:00Z", "2026-03-29T01:20:00Z",
                     "2026-03-29T01:40:00Z"}));
    useZone("Australia/Lord_Howe");
    EXPECT_EQ(utc(cron("15 2 * * *").nextAfter(at("2026-10-03T03:00"), 2)),
              (Times{"2026-10-03T15:30:00Z", "2026-10-04T15:15:00Z"}));
}

TEST_F(StartTimesTest, ARepeatedTimeStartsOnce) {
    EXPECT_EQ(utc(cron("30 2 * * *").nextAfter(at("2026-10-24T03:00"), 2)),
              (Times{"2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"}));
    EXPECT_EQ(utc(cron("0,30 * * * *").nextAfter(at("2026-10-25T01:30"), 3)),
              (Times{"2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z", "2026-10-25T02:00:00Z"}));
    useZone("Australia/Sydney");
    EXPECT_EQ(utc(cron("30 2 * * *").nextAfter(at("2026-04-04T03:00"), 2)),
              (Times{"2026-04-04T15:30:00Z", "2026-04-05T16:30:00Z"}));
}

TEST_F(StartTimesTest, AStartInABlackoutDoesNotHappen) {
    EXPECT_EQ(
        utc(cron("0 12 * * *", {"2026-12-24..2026-12-26"}).nextAfter(at("2026-12-22T13:00"), 3)),
        (Times{"2026-12-23T11:00:00Z", "2026-12-27T11:00:00Z", "2026-12-28T11:00:00Z"}));
    EXPECT_FALSE(cron("* * * * *", {"01-01..12-31"}).nextAfter(at("2026-01-01T00:00")));
    // Each first start lies in another blackout, for ever.
    EXPECT_FALSE(cron("0 0 24 12 *", {"12-24"}).nextAfter(at("2026-01-01T00:00")));
}

TEST_F(StartTimesTest, AOneOffStartsOnce) {
    const auto hours = OpenHours::parse(m_zone, {}, {}).valueOrThrow();
    const StartTimes once(m_zone, parseLocal("2026-03-29T02:30").value(), hours);
    const auto start = once.nextAfter(at("2026-01-01T00:00"));
    ASSERT_TRUE(start);
    EXPECT_EQ(utc({*start}), (Times{"2026-03-29T01:00:00Z"}));
    EXPECT_FALSE(once.nextAfter(*start));
    EXPECT_EQ(once.nextAfter(at("2026-01-01T00:00"), 5).size(), 1u);
}

TEST_F(StartTimesTest, MissedStartsFollowThePolicy) {
    const auto daily = cron("0 2 * * *");
    const sys_seconds handled = at("2026-01-01T12:00");
    const sys_seconds now = at("2026-01-05T12:00");  // 2, 3, 4 and 5 January were missed
    const auto due = [&](MissedStarts kind, std::int64_t limit = 10) {
        return dueStarts(daily, handled, now, {.kind = kind, .limit = limit});
    };
    EXPECT_EQ(due(MissedStarts::Once).starts, std::vector{at("2026-01-05T02:00")});
    EXPECT_EQ(due(MissedStarts::Once).missed, 3);
    EXPECT_TRUE(due(MissedStarts::Skip).starts.empty());
    EXPECT_EQ(due(MissedStarts::Skip).missed, 4);
    EXPECT_EQ(due(MissedStarts::All).starts.size(), 4u);
    EXPECT_EQ(due(MissedStarts::All).missed, 0);
    EXPECT_EQ(due(MissedStarts::All, 2).starts,
              (std::vector{at("2026-01-04T02:00"), at("2026-01-05T02:00")}));
    EXPECT_EQ(due(MissedStarts::All, 2).missed, 2);
}

TEST_F(StartTimesTest, AStartWithinItsGraceIsNotMissed) {
    const auto daily = cron("0 2 * * *");
    const sys_seconds start = at("2026-01-05T02:00");
    const MissedPolicy skip{.kind = MissedStarts::Skip, .grace = seconds(120)};
    const sys_seconds handled = at("2026-01-01T12:00");
    EXPECT_TRUE(dueStarts(daily, start - hours(1), start - seconds(1), skip).starts.empty());
    EXPECT_EQ(dueStarts(daily, start - hours(1), start, skip).starts, std::vector{start});
    EXPECT_EQ(dueStarts(daily, handled, start + minutes(2), skip).starts, std::vector{start});
    EXPECT_EQ(dueStarts(daily, handled, start + minutes(2), skip).missed, 3);
    EXPECT_TRUE(dueStarts(daily, handled, start + seconds(121), skip).starts.empty());
    // Nothing starts twice: what is handled is over, also when the clock was set back.
    EXPECT_TRUE(dueStarts(daily, start, start, skip).starts.empty());
    EXPECT_TRUE(dueStarts(daily, start, start - hours(24), skip).starts.empty());
}

}  // namespace
}  // namespace hearth::core
