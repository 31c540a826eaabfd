#include "core/calendar/start_times.h"

#include <deque>

namespace hearth::core {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

// How often a start may fall into another blackout before the search ends.
constexpr int kMaxBlackouts = 1000;

}  // namespace

std::optional<sys_seconds> StartTimes::candidate(sys_seconds instant) const {
    if (const auto* once = std::get_if<std::chrono::local_seconds>(&m_when)) {
        const sys_seconds start = m_zone->firstInstant(*once);
        return start > instant ? std::optional(start) : std::nullopt;
    }
    // Whatever clocks have shown already has had its start, also while an hour is repeated.
    const auto local = std::get<CronExpression>(m_when).nextAfter(m_zone->latestShown(instant));
    return m_zone->firstInstant(local);
}

std::optional<sys_seconds> StartTimes::nextAfter(sys_seconds instant) const {
    auto start = candidate(instant);
    for (int i = 0; i < kMaxBlackouts; ++i) {
        if (!start || !m_hours.isBlackout(*start))
            return start;
        if (std::holds_alternative<std::chrono::local_seconds>(m_when))
            return {};
        start = candidate(m_hours.blackoutEnd(*start) - seconds(1));
    }
    return {};
}

std::vector<sys_seconds> StartTimes::nextAfter(sys_seconds instant, std::size_t count) const {
    std::vector<sys_seconds> starts;
    while (starts.size() < count) {
        const auto next = nextAfter(starts.empty() ? instant : starts.back());
        if (!next)
            break;
        starts.push_back(*next);
    }
    return starts;
}

DueStarts dueStarts(const StartTimes& times, sys_seconds handled, sys_seconds now,
                    const MissedPolicy& policy) {
    const auto keep = policy.kind == MissedStarts::All ? std::size_t(policy.limit) : 1;
    std::deque<sys_seconds> kept;
    DueStarts due;
    for (auto start = times.nextAfter(handled); start && *start <= now;
         start = times.nextAfter(*start)) {
        const bool late = now - *start > policy.grace;
        if (late && policy.kind == MissedStarts::Skip) {
            ++due.missed;
            continue;
        }
        kept.push_back(*start);
        if (kept.size() > keep) {
            kept.pop_front();
            ++due.missed;
        }
    }
    due.starts.assign(kept.begin(), kept.end());
    return due;
}

}  // namespace hearth::core
