// When a schedule starts: a cron expression or one point in time, in a time zone, without
// blackouts.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "core/calendar/cron_expression.h"
#include "core/calendar/open_hours.h"

namespace hearth::core {

/// Over a change of the clocks: a time that is skipped starts at the first instant after it, one
/// that comes twice starts at its first. Starts that fall on the same instant are one.
/// Immutable, so it is safe from any thread.
class StartTimes {
public:
    /// A start in one of the blackouts of `hours` does not happen. Windows do not matter here: a
    /// job that starts outside of them waits.
    StartTimes(std::shared_ptr<const TimeZone> zone, CronExpression cron, OpenHours hours)
        : m_zone(std::move(zone)), m_when(std::move(cron)), m_hours(std::move(hours)) {}
    StartTimes(std::shared_ptr<const TimeZone> zone, std::chrono::local_seconds once,
               OpenHours hours)
        : m_zone(std::move(zone)), m_when(once), m_hours(std::move(hours)) {}

    /// Empty: there is none any more (or a cron expression's lie in blackouts for years).
    std::optional<std::chrono::sys_seconds> nextAfter(std::chrono::sys_seconds instant) const;
    /// The next `count`, or as many as there are.
    std::vector<std::chrono::sys_seconds> nextAfter(std::chrono::sys_seconds instant,
                                                    std::size_t count) const;

private:
    std::optional<std::chrono::sys_seconds> candidate(std::chrono::sys_seconds instant) const;

    std::shared_ptr<const TimeZone> m_zone;
    std::variant<CronExpression, std::chrono::local_seconds> m_when;
    OpenHours m_hours;
};

/// What becomes of starts that came while nobody could start them.
enum class MissedStarts {
    Once,  // the last of them is made up for
    Skip,  // none is
    All,   // each is, up to a limit; the oldest are left out
};

struct MissedPolicy {
    MissedStarts kind = MissedStarts::Once;
    std::int64_t limit = 10;          // of All
    std::chrono::seconds grace{120};  // a start that is no later than this is not missed
};

struct DueStarts {
    std::vector<std::chrono::sys_seconds> starts;  // earliest first
    std::int64_t missed = 0;                       // that are not made up for
};

/// What is to start at `now` when everything up to `handled` has been dealt with.
DueStarts dueStarts(const StartTimes& times, std::chrono::sys_seconds handled,
                    std::chrono::sys_seconds now, const MissedPolicy& policy);

}  // namespace hearth::core
