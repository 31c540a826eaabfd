// Two years of calendars in four time zones, against a walk over every minute that uses the C
// library's clock: a start belongs to the first minute at which clocks have come to its time.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "core/calendar/open_hours.h"
#include "core/calendar/start_times.h"
#include "core/clock.h"
#include "tests/core/calendar/zone_scan.h"

namespace hearth::core {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;
using test::LocalFields;
using test::ScannedMinute;

constexpr std::time_t kBegin = 1'767'225'600;  // 2026-01-01T00:00Z
constexpr std::time_t kEnd = 1'830'297'600;    // 2028-01-01T00:00Z

using Fits = bool (*)(const LocalFields&);

const LocalFields& fieldsOf(std::int64_t local) {
    static const test::LocalTable table(kBegin - 2 * 86400, kEnd + 2 * 86400);
    return table.at(local);
}

/// A cron expression, and the same said in C++.
struct StartCase {
    const char* cron;
    Fits fits;
};

const std::vector<StartCase> kStarts{
    {"30 2 * * *", [](const LocalFields& t) { return t.minute == 30 && t.hour == 2; }},
    {"0 2 * * *", [](const LocalFields& t) { return t.minute == 0 && t.hour == 2; }},
    {"45 1 * * *", [](const LocalFields& t) { return t.minute == 45 && t.hour == 1; }},
    {"0 3 * * sun",
     [](const LocalFields& t) { return t.minute == 0 && t.hour == 3 && t.weekday == 0; }},
    {"*/15 * * * *", [](const LocalFields& t) { return t.minute % 15 == 0; }},
    {"5-50/9 0-4,22 * * *",
     [](const LocalFields& t) {
         return t.minute >= 5 && t.minute <= 50 && (t.minute - 5) % 9 == 0 &&
                (t.hour <= 4 || t.hour == 22);
     }},
    {"10 2 1,15 * mon",
     [](const LocalFields& t) {
         return t.minute == 10 && t.hour == 2 && (t.day == 1 || t.day == 15 || t.weekday == 1);
     }},
    {"59 23 L mar-oct *",
     [](const LocalFields& t) {
         return t.minute == 59 && t.hour == 23 && t.lastOfMonth && t.month >= 3 && t.month <= 10;
     }},
};

/// Windows, and the same said in C++ of a local time.
struct WindowCase {
    std::vector<std::string> windows;
    std::vector<std::string> blackouts;
    Fits open;
};

bool isWeekday(int day) {
    return day >= 1 && day <= 5;
}

const std::vector<WindowCase> kWindows{
    {{"weekdays 20:00-06:00"},
     {},
     [](const LocalFields& t) {
         return (isWeekday(t.weekday) && t.hour >= 20) ||
                (isWeekday((t.weekday + 6) % 7) && t.hour < 6);
     }},
    // Borders inside of the hours that are skipped and repeated.
    {{"daily 22:00-02:15", "sun 02:20-05:00"},
     {"2026-03-29", "12-24..01-02"},
     [](const LocalFields& t) {
         const bool christmas = (t.month == 12 && t.day >= 24) || (t.month == 1 && t.day <= 2);
         const bool change = t.year == 2026 && t.month == 3 && t.day == 29;
         const int m = t.minuteOfDay();
         return !christmas && !change &&
                (t.hour >= 22 || m < 2 * 60 + 15 ||
                 (t.weekday == 0 && m >= 2 * 60 + 20 && t.hour < 5));
     }},
};

class CalendarYearsTest : public testing::TestWithParam<const char*> {
protected:
    static const std::vector<ScannedMinute>& scan() {
        static std::map<std::string, std::vector<ScannedMinute>> scans;
        auto& minutes = scans[GetParam()];
        if (minutes.empty())
            minutes = test::scanMinutes(GetParam(), kBegin, kEnd);
        return minutes;
    }
    const std::shared_ptr<const TimeZone> m_zone = TimeZone::find(GetParam()).valueOrThrow();
};

TEST_P(CalendarYearsTest, EveryStartComesOnceAndAtItsMinute) {
    for (const StartCase& c : kStarts) {
        std::vector<std::time_t> expected;
        for (std::size_t i = 1; i < scan().size(); ++i)
            // All minutes that clocks reached with this one: one, many over a skip, none while
            // they repeat.
            for (auto local = scan()[i - 1].latestLocal + 60; local <= scan()[i].latestLocal;
                 local += 60)
                if (c.fits(fieldsOf(local))) {
                    expected.push_back(scan()[i].utc);
                    break;
                }
        const StartTimes times(m_zone, CronExpression::parse(c.cron).valueOrThrow(),
                               OpenHours::parse(m_zone, {}, {}).valueOrThrow());
        std::vector<std::time_t> starts;
        for (auto start = times.nextAfter(sys_seconds(seconds(kBegin)));
             start && start->time_since_epoch().count() < kEnd; start = times.nextAfter(*start))
            starts.push_back(start->time_since_epoch().count());
        ASSERT_GT(expected.size(), 10u) << c.cron;
        ASSERT_EQ(starts, expected) << c.cron;
    }
}

TEST_P(CalendarYearsTest, WindowsOpenAndCloseAtTheirMinutes) {
    for (const WindowCase& c : kWindows) {
        std::vector<std::time_t> expected;
        for (std::size_t i = 1; i < scan().size(); ++i)
            if (c.open(fieldsOf(scan()[i].latestLocal)) !=
                c.open(fieldsOf(scan()[i - 1].latestLocal)))
                expected.push_back(scan()[i].utc);
        const auto hours = OpenHours::parse(m_zone, c.windows, c.blackouts).valueOrThrow();
        std::vector<std::time_t> borders;
        sys_seconds now{seconds(kBegin)};
        ASSERT_EQ(hours.isOpen(now), c.open(fieldsOf(scan()[0].latestLocal)));
        for (;;) {
            const auto next = hours.isOpen(now) ? hours.closesAfter(now) : hours.nextOpen(now);
            if (!next || next->time_since_epoch().count() >= kEnd)
                break;
            borders.push_back(next->time_since_epoch().count());
            now = *next;
        }
        ASSERT_GT(expected.size(), 500u);
        ASSERT_EQ(borders, expected) << c.windows[0];
    }
}

INSTANTIATE_TEST_SUITE_P(Zones, CalendarYearsTest,
                         testing::Values("Europe/Berlin", "Australia/Lord_Howe", "Australia/Sydney",
                                         "Asia/Seoul"),
                         [](const auto& info) {
                             std::string name = info.param;
                             std::replace(name.begin(), name.end(), '/', '_');
                             return name;
                         });

// The four changes of two years, by hand: what a person would write on the wall.
TEST(CalendarFactsTest, TheDaysOfTheChangesAreAsPublished) {
    struct Fact {
        const char* zone;
        const char* after;  // UTC day before
        const char* start;  // of "30 2 * * *"
    };
    for (const Fact& fact : std::vector<Fact>{
             // Berlin: to summer 2026-03-29 and 2027-03-28, back 2026-10-25 and 2027-10-31.
             {"Europe/Berlin", "2026-03-29T00:00", "2026-03-29T01:00:00Z"},
             {"Europe/Berlin", "2026-10-25T00:00", "2026-10-25T00:30:00Z"},
             {"Europe/Berlin", "2027-03-28T00:00", "2027-03-28T01:00:00Z"},
             {"Europe/Berlin", "2027-10-31T00:00", "2027-10-31T00:30:00Z"},
             // Sydney: back 2026-04-05 and 2027-04-04, to summer 2026-10-04 and 2027-10-03.
             {"Australia/Sydney", "2026-04-04T14:00", "2026-04-04T15:30:00Z"},
             {"Australia/Sydney", "2026-10-03T14:00", "2026-10-03T16:00:00Z"},
             {"Australia/Sydney", "2027-04-03T14:00", "2027-04-03T15:30:00Z"},
             {"Australia/Sydney", "2027-10-02T14:00", "2027-10-02T16:00:00Z"},
             // Lord Howe changes by half an hour: 02:00 to 01:30, and 02:00 to 02:30.
             {"Australia/Lord_Howe", "2026-04-04T13:00", "2026-04-04T16:00:00Z"},
             {"Australia/Lord_Howe", "2026-10-03T13:00", "2026-10-03T15:30:00Z"},
             // Seoul has no summer time.
             {"Asia/Seoul", "2026-03-28T15:00", "2026-03-28T17:30:00Z"},
             {"Asia/Seoul", "2026-10-24T15:00", "2026-10-24T17:30:00Z"}}) {
        const auto zone = TimeZone::find(fact.zone).valueOrThrow();
        const StartTimes times(zone, CronExpression::parse("30 2 * * *").valueOrThrow(),
                               OpenHours::parse(zone, {}, {}).valueOrThrow());
        const sys_seconds after(parseLocal(fact.after)->time_since_epoch());
        EXPECT_EQ(formatUtc(times.nextAfter(after)->time_since_epoch().count()), fact.start)
            << fact.zone << " after " << fact.after;
    }
}

}  // namespace
}  // namespace hearth::core
