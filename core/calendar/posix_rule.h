// The rule at the end of a TZif file, for times after its table: POSIX's TZ format as RFC 8536
// extends it, e.g. "CET-1CEST,M3.5.0,M10.5.0/3".
#pragma once
#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace hearth::core {

/// The offset east of UTC that clocks use from an instant on.
struct OffsetChange {
    std::chrono::sys_seconds at;
    std::chrono::seconds offset;
};

/// A day of a year and a time of that day, in local time.
struct YearlyChange {
    enum class Kind { MonthWeekDay, JulianWithoutLeapDay, DayOfYear };

    Kind kind = Kind::MonthWeekDay;
    unsigned month = 1;
    unsigned week = 1;     // 5: the last
    unsigned weekday = 0;  // 0: Sunday
    int day = 0;           // of the year, for the two other kinds
    std::chrono::seconds time{7200};

    std::chrono::local_seconds in(std::chrono::year year) const;
};

struct PosixRule {
    std::chrono::seconds standard{0};
    std::optional<std::chrono::seconds> summer;  // absent: one offset all year
    YearlyChange toSummer;
    YearlyChange toStandard;

    /// The changes of a year, earliest first; none without summer time.
    std::vector<OffsetChange> changesOf(std::chrono::year year) const;
};

/// Errors: DataCorrupt.
Result<PosixRule> parsePosixRule(std::string_view text);

}  // namespace hearth::core
