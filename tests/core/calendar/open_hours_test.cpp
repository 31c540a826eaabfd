#include "core/calendar/open_hours.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hearth::core {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using std::chrono::sys_seconds;
using testing::HasSubstr;

class OpenHoursTest : public testing::Test {
protected:
    OpenHours make(const std::vector<std::string>& windows,
                   const std::vector<std::string>& blackouts = {}) {
        return OpenHours::parse(m_zone, windows, blackouts).valueOrThrow();
    }
    sys_seconds at(const char* local) { return m_zone->firstInstant(parseLocal(local).value()); }
    std::string shown(std::optional<sys_seconds> instant) {
        return instant ? formatLocal(m_zone->toLocal(*instant)) : "never";
    }

    const std::shared_ptr<const TimeZone> m_zone = TimeZone::find("Europe/Berlin").valueOrThrow();
};

// 5 January 2026 is a Monday.
TEST_F(OpenHoursTest, AWindowOverMidnightBelongsToTheDayItBegins) {
    const auto nights = make({"weekdays 20:00-06:00"});
    EXPECT_EQ(shown(nights.nextOpen(at("2026-01-05T12:00"))), "2026-01-05T20:00");
    EXPECT_TRUE(nights.isOpen(at("2026-01-06T05:59")));
    EXPECT_FALSE(nights.isOpen(at("2026-01-06T06:00")));
    EXPECT_EQ(shown(nights.closesAfter(at("2026-01-05T20:00"))), "2026-01-06T06:00");
    // Friday's night ends on Saturday; the weekend has none; Monday before 06:00 is Sunday's.
    EXPECT_TRUE(nights.isOpen(at("2026-01-10T05:00")));
    EXPECT_EQ(shown(nights.nextOpen(at("2026-01-10T06:00"))), "2026-01-12T20:00");
    EXPECT_FALSE(nights.isOpen(at("2026-01-12T05:00")));
}

TEST_F(OpenHoursTest, WindowsThatTouchAreOne) {
    const auto hours = make({"sat 00:00-24:00", "sun 00:00-12:00"});
    EXPECT_EQ(shown(hours.closesAfter(at("2026-01-10T03:00"))), "2026-01-11T12:00");
    EXPECT_EQ(shown(make({"daily 00:00-24:00"}).closesAfter(at("2026-01-10T03:00"))), "never");
    EXPECT_EQ(shown(make({}).closesAfter(at("2026-01-10T03:00"))), "never");
    EXPECT_EQ(shown(make({}).nextOpen(at("2026-01-10T03:00"))), "2026-01-10T03:00");
}

TEST_F(OpenHoursTest, BlackoutsCloseWhatWindowsOpen) {
    const auto hours = make({"22:00-05:00"}, {"2026-12-24..2027-01-02", "05-01"});
    EXPECT_EQ(shown(hours.closesAfter(at("2026-12-23T23:00"))), "2026-12-24T00:00");
    // The night of the blackout's last day begins in it and goes on after it.
    EXPECT_EQ(shown(hours.nextOpen(at("2026-12-24T00:00"))), "2027-01-03T00:00");
    EXPECT_EQ(shown(hours.closesAfter(at("2027-01-03T00:00"))), "2027-01-03T05:00");
    for (const char* day : {"2026-05-01T23:00", "2031-05-01T00:00"})
        EXPECT_TRUE(hours.isBlackout(at(day))) << day;
    EXPECT_FALSE(hours.isBlackout(at("2026-05-02T00:00")));
    EXPECT_EQ(shown(hours.blackoutEnd(at("2026-12-30T10:00"))), "2027-01-03T00:00");
}

TEST_F(OpenHoursTest, AYearlyBlackoutMayPassTheNewYear) {
    const auto hours = make({}, {"12-24..01-02"});
    for (const char* day : {"2026-12-24T00:00", "2026-12-31T12:00", "2027-01-02T23:59"})
        EXPECT_TRUE(hours.isBlackout(at(day))) << day;
    for (const char* day : {"2026-12-23T23:59", "2027-01-03T00:00", "2026-07-01T00:00"})
        EXPECT_FALSE(hours.isBlackout(at(day))) << day;
    EXPECT_EQ(shown(make({}, {"01-01..12-31"}).nextOpen(at("2026-01-01T00:00"))), "never");
    EXPECT_TRUE(make({}, {"02-29"}).isBlackout(at("2028-02-29T10:00")));
}

TEST_F(OpenHoursTest, BordersFollowTheClocks) {
    // 29 March 2026: 02:00-03:00 is skipped; 25 October: it comes twice.
    const auto nights = make({"daily 20:00-06:00"});
    EXPECT_EQ(*nights.closesAfter(at("2026-03-28T20:00")) - at("2026-03-28T20:00"), hours(9));
    EXPECT_EQ(*nights.closesAfter(at("2026-10-24T20:00")) - at("2026-10-24T20:00"), hours(11));
    const auto early = make({"daily 01:00-02:30"});
    EXPECT_EQ(*early.closesAfter(at("2026-03-29T01:00")), at("2026-03-29T03:00"));
    EXPECT_EQ(*early.closesAfter(at("2026-10-25T01:00")) - at("2026-10-25T01:00"),
              std::chrono::minutes(90));
    EXPECT_FALSE(early.isOpen(at("2026-10-25T02:30") + std::chrono::minutes(45)));  // second pass
    // A window that lies in the skipped hour does not open on that day.
    EXPECT_EQ(shown(make({"daily 02:10-02:50"}).nextOpen(at("2026-03-29T01:00"))),
              "2026-03-30T02:10");
}

TEST_F(OpenHoursTest, WorkStandsStillOutsideOfWindows) {
    const auto nights = make({"weekdays 20:00-06:00"});
    EXPECT_EQ(shown(nights.finishOf(at("2026-01-05T12:00"), hours(4))), "2026-01-06T00:00");
    EXPECT_EQ(shown(nights.finishOf(at("2026-01-05T12:00"), hours(10))), "2026-01-06T06:00");
    EXPECT_EQ(shown(nights.finishOf(at("2026-01-05T12:00"), hours(25))), "2026-01-08T01:00");
    EXPECT_EQ(shown(nights.finishOf(at("2026-01-09T23:00"), hours(8))), "2026-01-12T21:00");
    EXPECT_EQ(shown(make({}).finishOf(at("2026-01-09T23:00"), hours(8))), "2026-01-10T07:00");
    EXPECT_EQ(shown(make({}, {"01-01..12-31"}).finishOf(at("2026-01-09T23:00"), hours(8))),
              "never");
}

TEST_F(OpenHoursTest, WrongEntriesAreRefusedWithWhatToWrite) {
    for (const char* text :
         {"", "always", "weekdays", "weekdays 20:00", "weekdays 20-06", "20:00-25:00",
          "24:00-06:00", "20:60-21:00", "weekdays 20:00-06:00 x", "20:00--06:00"}) {
        const auto hours = OpenHours::parse(m_zone, {text}, {});
        ASSERT_FALSE(hours.ok()) << text;
        EXPECT_THAT(hours.error().message, HasSubstr("weekdays 20:00-06:00")) << text;
        EXPECT_EQ(hours.error().context, "windows");
    }
    EXPECT_THAT(OpenHours::parse(m_zone, {"holidays 20:00-06:00"}, {}).error().message,
                HasSubstr("'holidays' is not a day; write daily, weekdays, weekends"));
    EXPECT_THAT(OpenHours::parse(m_zone, {"20:00-20:00"}, {}).error().message,
                HasSubstr("for a whole day write 00:00-24:00"));
    for (const char* text : {"", "christmas", "2026-02-30", "2026-12-24..", "12-24..2027-01-02",
                             "13-01", "2026-12-24-2026-12-26", "24.12.2026"}) {
        const auto hours = OpenHours::parse(m_zone, {}, {text});
        ASSERT_FALSE(hours.ok()) << text;
        EXPECT_THAT(hours.error().message, HasSubstr("2026-12-24")) << text;
        EXPECT_EQ(hours.error().context, "blackouts");
    }
    EXPECT_THAT(OpenHours::parse(m_zone, {}, {"2026-12-24..2026-12-20"}).error().message,
                HasSubstr("ends before it begins"));
    EXPECT_FALSE(OpenHours::parse(m_zone, std::vector<std::string>(65, "20:00-21:00"), {}).ok());
}

}  // namespace
}  // namespace hearth::core
