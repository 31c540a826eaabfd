// "30 2 * * mon-fri": minute, hour, day of the month, month, day of the week.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"

namespace hearth::core {

/// A field is a list of `*`, `a`, `a-b`, each with a step `/n` if wanted; months and weekdays have
/// names (jan, mon), Sunday is 0 or 7, and a day of the month may be L, the last. As in cron: when
/// day of the month and day of the week are both restricted, a day fits if either does.
/// @hourly, @daily, @weekly, @monthly and @yearly stand for whole expressions.
class CronExpression {
public:
    /// Errors: InvalidArgument naming the field and what it may be, also for days that never come.
    static Result<CronExpression> parse(std::string_view text);

    const std::string& text() const { return m_text; }
    /// The first minute after `local` that fits; local time knows no daylight saving.
    std::chrono::local_seconds nextAfter(std::chrono::local_seconds local) const;

private:
    CronExpression() = default;
    bool fitsDay(std::chrono::local_days day) const;
    std::optional<std::chrono::local_seconds> search(std::chrono::local_seconds local) const;

    std::string m_text;
    // Bit n: the value n is in the field.
    std::uint64_t m_minutes = 0;
    std::uint64_t m_hours = 0;
    std::uint64_t m_days = 0;
    std::uint64_t m_months = 0;
    std::uint64_t m_weekdays = 0;  // 0: Sunday
    bool m_lastDay = false;
    bool m_everyDay = false;      // the field begins with a star
    bool m_everyWeekday = false;  // the same
};

}  // namespace hearth::core
