// When jobs may run: windows of the week, without blackouts.
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/calendar/time_zone.h"
#include "core/result.h"

namespace hearth::core {

/// Windows: "weekdays 20:00-06:00", "sat,sun 08:00-24:00", "22:00-05:00" (daily). One that ends
/// before it begins goes over midnight and belongs to the day on which it begins. Without windows
/// every time is open.
/// Blackouts: days on which nothing runs, whatever the windows say: "2026-12-24",
/// "2026-12-24..2027-01-02" (both included), each year "05-01", "12-24..01-02".
/// Both are read in one time zone, by its changes: a border in a skipped hour is the moment of the
/// change, one in a repeated hour its first pass.
/// Immutable, so it is safe from any thread.
class OpenHours {
public:
    /// Errors: InvalidArgument naming the entry and what it may be.
    static Result<OpenHours> parse(std::shared_ptr<const TimeZone> zone,
                                   const std::vector<std::string>& windows,
                                   const std::vector<std::string>& blackouts);

    /// Always open.
    bool unlimited() const { return m_windows.empty() && m_blackouts.empty(); }
    bool isOpen(std::chrono::sys_seconds instant) const;
    bool isBlackout(std::chrono::sys_seconds instant) const;
    /// `from` itself when it is open. Empty: not within the next five years.
    std::optional<std::chrono::sys_seconds> nextOpen(std::chrono::sys_seconds from) const;
    /// When the time that is open at `from` ends. Empty: not within the next five years.
    std::optional<std::chrono::sys_seconds> closesAfter(std::chrono::sys_seconds from) const;
    /// The end of the blackout that holds `from`; `from` itself when there is none.
    std::chrono::sys_seconds blackoutEnd(std::chrono::sys_seconds from) const;
    /// When `work` that begins at `from` and stands still outside of windows is done. Empty: not
    /// within the next five years.
    std::optional<std::chrono::sys_seconds> finishOf(std::chrono::sys_seconds from,
                                                     std::chrono::seconds work) const;

private:
    struct Window {
        std::uint8_t weekdays;  // bit n: day n, 0 is Sunday
        std::chrono::minutes begin;
        std::chrono::minutes end;  // from the begin's midnight; over 24 h: on the next day
    };
    /// Days, both included; without a year: each year, perhaps over its end.
    struct Blackout {
        std::optional<std::chrono::year> firstYear;
        std::optional<std::chrono::year> lastYear;
        std::chrono::month_day first;
        std::chrono::month_day last;

        bool holds(std::chrono::local_days day) const;
    };

    explicit OpenHours(std::shared_ptr<const TimeZone> zone) : m_zone(std::move(zone)) {}
    static Result<Window> parseWindow(std::string_view text);
    static Result<Blackout> parseBlackout(std::string_view text);
    bool isBlackoutDay(std::chrono::local_days day) const;
    std::chrono::local_days dayOf(std::chrono::sys_seconds instant) const;
    void bordersOn(std::chrono::local_days day,
                   std::vector<std::chrono::sys_seconds>& borders) const;
    std::optional<std::chrono::sys_seconds> nextChange(std::chrono::sys_seconds from) const;

    std::shared_ptr<const TimeZone> m_zone;
    std::vector<Window> m_windows;
    std::vector<Blackout> m_blackouts;
};

}  // namespace hearth::core
