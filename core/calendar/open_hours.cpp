#include "core/calendar/open_hours.h"

#include <algorithm>

namespace hearth::core {
namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::seconds;
using std::chrono::sys_seconds;

constexpr days kHorizon{5 * 366};

}  // namespace

bool OpenHours::Blackout::holds(local_days day) const {
    const std::chrono::year_month_day date(day);
    if (firstYear)
        return *firstYear / first <= date && date <= *lastYear / last;
    const std::chrono::month_day ofYear = date.month() / date.day();
    return first <= last ? first <= ofYear && ofYear <= last : ofYear >= first || ofYear <= last;
}

bool OpenHours::isBlackoutDay(local_days day) const {
    return std::any_of(m_blackouts.begin(), m_blackouts.end(),
                       [&](const Blackout& blackout) { return blackout.holds(day); });
}

/// The day whose time [firstInstant(00:00), firstInstant(next 00:00)) holds the instant.
local_days OpenHours::dayOf(sys_seconds instant) const {
    // Not what the clock shows, which goes back over midnight in some zones.
    return std::chrono::floor<days>(m_zone->latestShown(instant));
}

bool OpenHours::isBlackout(sys_seconds instant) const {
    return !m_blackouts.empty() && isBlackoutDay(dayOf(instant));
}

bool OpenHours::isOpen(sys_seconds instant) const {
    if (isBlackout(instant))
        return false;
    if (m_windows.empty())
        return true;
    const local_days today = dayOf(instant);
    for (const local_days day : {today - days(1), today}) {
        const unsigned weekday = std::chrono::weekday(day).c_encoding();
        for (const Window& window : m_windows)
            if ((window.weekdays >> weekday & 1) &&
                m_zone->firstInstant(day + window.begin) <= instant &&
                instant < m_zone->firstInstant(day + window.end))
                return true;
    }
    return false;
}

/// The first instant after `from` that is open when `from` is not, or the other way round.
std::optional<sys_seconds> OpenHours::nextChange(sys_seconds from) const {
    if (unlimited())
        return {};
    const bool open = isOpen(from);
    const local_days today = dayOf(from);
    std::vector<sys_seconds> borders;
    for (local_days day = today; day <= today + kHorizon; day += days(1)) {
        bordersOn(day, borders);
        for (const sys_seconds border : borders)
            if (border > from && isOpen(border) != open)
                return border;
    }
    return {};
}

/// What may change on a day, in order. The windows of the day before reach into it.
void OpenHours::bordersOn(local_days day, std::vector<sys_seconds>& borders) const {
    const sys_seconds end = m_zone->firstInstant(day + days(1));
    const sys_seconds begin = m_zone->firstInstant(day);
    borders.assign(1, begin);
    for (const local_days first : {day - days(1), day}) {
        const unsigned weekday = std::chrono::weekday(first).c_encoding();
        for (const Window& window : m_windows) {
            if (!(window.weekdays >> weekday & 1))
                continue;
            for (const auto time : {window.begin, window.end})
                if (const sys_seconds border = m_zone->firstInstant(first + time);
                    begin < border && border < end)
                    borders.push_back(border);
        }
    }
    std::sort(borders.begin(), borders.end());
}

std::optional<sys_seconds> OpenHours::nextOpen(sys_seconds from) const {
    return isOpen(from) ? std::optional(from) : nextChange(from);
}

std::optional<sys_seconds> OpenHours::closesAfter(sys_seconds from) const {
    return nextChange(from);
}

sys_seconds OpenHours::blackoutEnd(sys_seconds from) const {
    local_days day = dayOf(from);
    if (!isBlackoutDay(day))
        return from;
    const local_days horizon = day + kHorizon;
    while (isBlackoutDay(day) && day < horizon)
        day += days(1);
    return m_zone->firstInstant(day);
}

std::optional<sys_seconds> OpenHours::finishOf(sys_seconds from, seconds work) const {
    auto begin = nextOpen(from);
    while (begin) {
        const auto end = closesAfter(*begin);
        if (!end || *begin + work <= *end)
            return *begin + work;
        work -= *end - *begin;
        begin = nextOpen(*end);
    }
    return {};
}

}  // namespace hearth::core
