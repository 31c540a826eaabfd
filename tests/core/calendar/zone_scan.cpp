#include "tests/core/calendar/zone_scan.h"

#include <algorithm>
#include <cstdlib>

namespace hearth::test {
namespace {

constexpr std::time_t kQuarter = 15 * 60;  // clocks change on quarters of an hour
constexpr std::time_t kDay = 86400;

}  // namespace

ProcessZone::ProcessZone(const std::string& name) {
    setenv("TZ", name.c_str(), 1);
    tzset();
}

ProcessZone::~ProcessZone() {
    unsetenv("TZ");
    tzset();
}

long ProcessZone::offsetAt(std::time_t instant) {
    std::tm parts{};
    localtime_r(&instant, &parts);
    return parts.tm_gmtoff;
}

std::vector<ScannedMinute> scanMinutes(const std::string& zone, std::time_t from, std::time_t to) {
    const ProcessZone set(zone);
    std::vector<ScannedMinute> minutes;
    minutes.reserve(std::size_t(to - from) / 60);
    std::int64_t latest = INT64_MIN;
    long offset = 0;
    for (std::time_t utc = from; utc < to; utc += 60) {
        if (utc % kQuarter == 0)
            offset = ProcessZone::offsetAt(utc);
        latest = std::max<std::int64_t>(latest, utc + offset);
        minutes.push_back({utc, latest});
    }
    return minutes;
}

LocalTable::LocalTable(std::int64_t from, std::int64_t to) : m_from(from) {
    for (std::time_t day = from; day < to; day += kDay) {
        const std::time_t tomorrow = day + kDay;
        std::tm parts{};
        std::tm next{};
        gmtime_r(&day, &parts);
        gmtime_r(&tomorrow, &next);
        for (int minute = 0; minute < 24 * 60; ++minute)
            m_fields.push_back({parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                                parts.tm_wday, minute / 60, minute % 60, next.tm_mday == 1});
    }
}

}  // namespace hearth::test
