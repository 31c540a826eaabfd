#include "core/calendar/time_zone.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/calendar/tzif.h"
#include "core/clock.h"
#include "core/file.h"
#include "tests/core/calendar/zone_scan.h"

namespace hearth::core {
namespace {

using std::chrono::local_seconds;
using std::chrono::seconds;
using std::chrono::sys_seconds;
using testing::HasSubstr;

std::shared_ptr<const TimeZone> zoneOf(const std::string& name) {
    return TimeZone::find(name).valueOrThrow();
}

local_seconds local(const char* text) {
    return parseLocal(text).value();
}

std::string firstInstant(const char* zone, const char* text) {
    return formatUtc(zoneOf(zone)->firstInstant(local(text)).time_since_epoch().count());
}

// Every kind of rule: two hemispheres, half an hour of summer time, negative summer time (Dublin),
// changes at midnight (Beirut, Santiago), before midnight (Nuuk), by decree (Casablanca).
TEST(TimeZoneTest, OffsetsAreThoseOfTheCLibrary) {
    constexpr std::time_t kBegin = 0;              // 1970
    constexpr std::time_t kEnd = 4'102'444'800;    // 2100
    constexpr std::time_t kStep = 11 * 3600 + 60;  // meets every hour of the day
    for (const char* name :
         {"Europe/Berlin", "Australia/Lord_Howe", "Australia/Sydney", "Asia/Seoul",
          "America/New_York", "America/Santiago", "America/Nuuk", "Africa/Casablanca",
          "Asia/Beirut", "Asia/Kathmandu", "Pacific/Apia", "Europe/Dublin", "Etc/GMT+5"}) {
        const auto zone = zoneOf(name);
        const test::ProcessZone set(name);
        for (std::time_t t = kBegin; t < kEnd; t += kStep)
            ASSERT_EQ(zone->offsetAt(sys_seconds(seconds(t))).count(),
                      test::ProcessZone::offsetAt(t))
                << name << " at " << formatUtc(t);
    }
}

TEST(TimeZoneTest, ASkippedTimeIsTheMomentOfTheChange) {
    // Berlin, 29 March 2026: 02:00 becomes 03:00 at 01:00 UTC.
    EXPECT_EQ(firstInstant("Europe/Berlin", "2026-03-29T01:59"), "2026-03-29T00:59:00Z");
    for (const char* time : {"2026-03-29T02:00", "2026-03-29T02:30", "2026-03-29T03:00"})
        EXPECT_EQ(firstInstant("Europe/Berlin", time), "2026-03-29T01:00:00Z") << time;
    EXPECT_EQ(firstInstant("Europe/Berlin", "2026-03-29T03:30"), "2026-03-29T01:30:00Z");
    // Lord Howe, 4 October 2026: 02:00 becomes 02:30.
    EXPECT_EQ(firstInstant("Australia/Lord_Howe", "2026-10-04T02:10"), "2026-10-03T15:30:00Z");
    EXPECT_EQ(firstInstant("Australia/Lord_Howe", "2026-10-04T02:30"), "2026-10-03T15:30:00Z");
    // Apia skipped the whole of 30 December 2011.
    EXPECT_EQ(firstInstant("Pacific/Apia", "2011-12-30T12:00"), "2011-12-30T10:00:00Z");
}

TEST(TimeZoneTest, ARepeatedTimeIsItsFirstPass) {
    // Berlin, 25 October 2026: 03:00 becomes 02:00 at 01:00 UTC.
    EXPECT_EQ(firstInstant("Europe/Berlin", "2026-10-25T02:30"), "2026-10-25T00:30:00Z");
    EXPECT_EQ(firstInstant("Europe/Berlin", "2026-10-25T03:00"), "2026-10-25T02:00:00Z");
    // Lord Howe, 5 April 2026: 02:00 becomes 01:30 at 15:00 UTC of the day before.
    EXPECT_EQ(firstInstant("Australia/Lord_Howe", "2026-04-05T01:45"), "2026-04-04T14:45:00Z");
    EXPECT_EQ(firstInstant("Australia/Lord_Howe", "2026-04-05T02:00"), "2026-04-04T15:30:00Z");
}

TEST(TimeZoneTest, TheLatestShownTimeStandsStillWhileAnHourIsRepeated) {
    const auto berlin = zoneOf("Europe/Berlin");
    const sys_seconds change{std::chrono::sys_days{std::chrono::year{2026} / 10 / 25} +
                             std::chrono::hours(1)};
    EXPECT_EQ(berlin->latestShown(change - seconds(1)), local("2026-10-25T02:59:59"));
    EXPECT_EQ(berlin->latestShown(change), local("2026-10-25T02:59:59"));
    EXPECT_EQ(berlin->latestShown(change + std::chrono::minutes(59)), local("2026-10-25T02:59:59"));
    EXPECT_EQ(berlin->latestShown(change + std::chrono::hours(1)), local("2026-10-25T03:00"));
}

TEST(TimeZoneTest, UtcNeedsNoDatabase) {
    EXPECT_EQ(zoneOf("UTC")->offsetAt(sys_seconds(seconds(1'800'000'000))), seconds(0));
    EXPECT_EQ(firstInstant("UTC", "2026-03-29T02:30"), "2026-03-29T02:30:00Z");
}

TEST(TimeZoneTest, AWrongNameIsRefusedWithWhatToWrite) {
    for (const char* name : {"", "Europe/Berln", "../../etc/passwd", "/etc/passwd", "Europe",
                             "Europe/", "zone.tab", "tzdata.zi", "leapseconds", "a b"}) {
        const auto zone = TimeZone::find(name);
        ASSERT_FALSE(zone.ok()) << name;
        EXPECT_EQ(zone.error().code, ErrorCode::InvalidArgument) << name;
        EXPECT_THAT(zone.error().message, HasSubstr("Europe/Berlin")) << name;
    }
}

TEST(TzifTest, ADamagedFileIsRefusedWhereverItIsCut) {
    const auto bytes = readFile("/usr/share/zoneinfo/Europe/Berlin").valueOrThrow();
    ASSERT_TRUE(parseTzif(bytes).ok());
    for (std::size_t length = 0; length + 1 < bytes.size(); ++length)
        ASSERT_FALSE(parseTzif(std::span(bytes).first(length)).ok()) << length;
}

TEST(TzifTest, FlippedBytesAreReadOrRefusedButNeverOverrun) {
    const auto bytes = readFile("/usr/share/zoneinfo/Australia/Lord_Howe").valueOrThrow();
    int refused = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        auto copy = bytes;
        copy[i] ^= std::byte{0x80};
        const auto zone = TimeZone::parse("x", copy);
        refused += zone.ok() ? 0 : 1;
        if (zone)
            (void)(*zone)->offsetAt(sys_seconds(seconds(1'800'000'000)));
    }
    EXPECT_GT(refused, 50);  // header, order of changes, footer
}

TEST(PosixRuleTest, WrongRulesAreRefused) {
    for (const char* text :
         {"", "CE-1", "CET", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0",
          "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,J0,J300",
          "CET-1CEST,M3.5.0,M10.5.0,", "<CET-1", "CET-200", "CET-25", "CET-1:70"})
        EXPECT_FALSE(parsePosixRule(text).ok()) << text;
    EXPECT_TRUE(parsePosixRule("EST5EDT,J60/0,300/25:30:01").ok());
    EXPECT_TRUE(parsePosixRule("<-02>2<-01>,M3.5.0/-1,M10.5.0/0").ok());
}

// A rule may name a time in the year before or after the one that it is of.
TEST(PosixRuleTest, ChangesBeyondTheirYearStayInOrder) {
    std::string tzif;
    for (int header = 0; header < 2; ++header) {
        tzif += "TZif2" + std::string(15, '\0');
        // Flags, flags, leap seconds, changes, one offset, one character.
        for (const char count : {0, 0, 0, 0, 1, 1})
            tzif += std::string(3, '\0') + count;
        tzif += std::string(7, '\0');
    }
    tzif += "\nAAA0BBB,J1/-100,J365/100\n";
    const auto zone = TimeZone::parse("x", std::as_bytes(std::span(tzif))).valueOrThrow();
    auto last = sys_seconds::min();
    const local_seconds begin = local("2026-12-20T00:00");
    for (int hour = 0; hour < 24 * 20; ++hour) {
        const auto first = zone->firstInstant(begin + std::chrono::hours(hour));
        ASSERT_GE(first, last) << hour;
        ASSERT_GE(zone->toLocal(first), begin + std::chrono::hours(hour)) << hour;
        last = first;
    }
}

TEST(PosixRuleTest, DaysOfTheYearCountTheLeapDayOrNot) {
    const auto rule = parsePosixRule("XST0XDT,J60/0,60/0").valueOrThrow();
    using std::chrono::year;
    EXPECT_EQ(formatLocal(rule.toSummer.in(year{2027})), "2027-03-01T00:00");
    EXPECT_EQ(formatLocal(rule.toSummer.in(year{2028})), "2028-03-01T00:00");
    EXPECT_EQ(formatLocal(rule.toStandard.in(year{2027})), "2027-03-02T00:00");
    EXPECT_EQ(formatLocal(rule.toStandard.in(year{2028})), "2028-03-01T00:00");
}

TEST(LocalTimeTest, ReadsWhatItWrites) {
    for (const char* text : {"2026-03-29T02:30", "1999-12-31T23:59:59"})
        EXPECT_EQ(formatLocal(local(text)), text);
    EXPECT_EQ(local("2026-03-29 02:30"), local("2026-03-29T02:30:00"));
    for (const char* text : {"", "2026-03-29", "2026-02-30T00:00", "2026-03-29T24:00",
                             "2026-03-29T02:60", "2026-03-29T02:30Z", "2026-3-29T02:30"})
        EXPECT_FALSE(parseLocal(text)) << text;
}

}  // namespace
}  // namespace hearth::core
