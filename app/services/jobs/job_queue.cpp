#include "app/services/jobs/job_queue.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/json.h"

namespace hearth::app {
namespace {

constexpr int64_t kUrgent = int64_t(JobPriority::Urgent);
constexpr int64_t kHorizonSeconds = 366 * 86400;
constexpr int kMaxSegments = 5000;
constexpr double kRounding = 1e-6;  // of divisions, which must not make a second of their own

std::chrono::sys_seconds instant(int64_t unixSeconds) {
    return std::chrono::sys_seconds(std::chrono::seconds(unixSeconds));
}

double useOf(const DepartmentUse& use, const std::string& department) {
    const auto entry = use.find(department);
    return entry == use.end() ? 0.0 : entry->second;
}

/// One job's time on a slot.
struct Segment {
    QueueEntry entry;
    size_t order = 0;  // in the queue
    int64_t from = 0;
    std::optional<int64_t> until;  // absent: not known
    bool finishes = false;
};

class Simulation {
public:
    Simulation(std::vector<QueueEntry> waiting, DepartmentUse use, int64_t slots, int64_t now)
        : m_waiting(std::move(waiting)),
          m_use(std::move(use)),
          m_slots(size_t(std::max<int64_t>(1, slots))),
          m_now(now),
          m_horizon(now + kHorizonSeconds) {
        for (size_t i = 0; i < m_waiting.size(); ++i)
            m_order[m_waiting[i].id] = i + 1;
    }

    std::map<std::string, JobForecast> run(std::vector<QueueEntry> running) {
        for (auto& entry : running) {
            m_forecasts[entry.id].start = entry.startedAt.value_or(m_now);
            begin(std::move(entry));
        }
        for (int i = 0; i < kMaxSegments && m_now < m_horizon && !done(); ++i)
            step();
        return m_forecasts;
    }

private:
    bool done() const { return m_waiting.empty() && m_active.empty(); }

    void begin(QueueEntry entry) {
        Segment segment{std::move(entry), m_order[segment.entry.id], m_now, {}, false};
        const bool open = segment.entry.hours.isOpen(instant(m_now));
        const auto closes =
            open ? segment.entry.hours.closesAfter(instant(m_now)) : std::optional(instant(m_now));
        const auto end = closes ? std::optional<int64_t>(closes->time_since_epoch().count())
                                : std::optional<int64_t>();
        if (segment.entry.secondsLeft) {
            segment.until = m_now + int64_t(std::ceil(*segment.entry.secondsLeft - kRounding));
            segment.finishes = !end || *segment.until <= *end;
        }
        if (!segment.finishes && end)
            segment.until = end;
        m_active.push_back(std::move(segment));
    }

    /// Fills free slots, then goes to the next moment at which something changes.
    void step() {
        while (m_active.size() < m_slots) {
            const auto next = pickNext(m_waiting, m_use, m_now);
            if (!next)
                break;
            QueueEntry entry = std::move(m_waiting[*next]);
            m_waiting.erase(m_waiting.begin() + std::ptrdiff_t(*next));
            m_forecasts[entry.id].start =
                m_forecasts[entry.id].start.value_or(entry.startedAt.value_or(m_now));
            begin(std::move(entry));
        }
        m_now = nextMoment();
        for (size_t i = 0; i < m_active.size();) {
            if (!m_active[i].until || *m_active[i].until > m_now) {
                ++i;
                continue;
            }
            Segment segment = std::move(m_active[i]);
            m_active.erase(m_active.begin() + std::ptrdiff_t(i));
            end(std::move(segment));
        }
    }

    int64_t nextMoment() const {
        int64_t next = m_horizon;
        for (const Segment& segment : m_active)
            if (segment.until)
                next = std::min(next, *segment.until);
        if (m_active.size() < m_slots)
            for (const QueueEntry& entry : m_waiting)
                if (const auto from = entry.runnableFrom(m_now); from && *from > m_now)
                    next = std::min(next, *from);
        return next;
    }

    void end(Segment segment) {
        const auto ran = double(m_now - segment.from);
        m_use[segment.entry.department] += ran;
        if (segment.finishes) {
            m_forecasts[segment.entry.id].end = m_now;
            return;
        }
        if (segment.entry.secondsLeft)
            *segment.entry.secondsLeft = std::max(0.0, *segment.entry.secondsLeft - ran);
        // Back to its place: those that came later stay behind it.
        const auto place = std::find_if(m_waiting.begin(), m_waiting.end(), [&](const auto& e) {
            return m_order[e.id] > segment.order;
        });
        m_waiting.insert(place, std::move(segment.entry));
    }

    std::vector<QueueEntry> m_waiting;
    DepartmentUse m_use;
    const size_t m_slots;
    int64_t m_now;
    const int64_t m_horizon;
    std::map<std::string, size_t> m_order;
    std::vector<Segment> m_active;
    std::map<std::string, JobForecast> m_forecasts;
};

}  // namespace

int64_t plannedTokens(const finetune::Hyperparameters& settings, int64_t bytes, int64_t updates) {
    constexpr double kBytesPerToken = 4;
    const double epoch = double(bytes) / kBytesPerToken;
    if (settings.max_steps == 0)
        return int64_t(settings.epochs * epoch * double(updates));
    const double step =
        std::min(double(settings.batch_tokens), epoch) * double(settings.accumulation);
    return int64_t(double(settings.max_steps) * step);
}

core::Result<JobCalendar> JobCalendar::parse(const std::string& text) {
    CORE_ASSIGN(const auto object, core::parseJson(text, "the calendar of a job"));
    CORE_ASSIGN(const HoursSettings hours, readHours(object));
    CORE_ASSIGN(auto open, hours.compile());
    CORE_ASSIGN(auto retry, RetryPolicy::parse(core::findField(object, "retry")));
    return JobCalendar{std::move(open), std::move(retry)};
}

std::optional<int64_t> QueueEntry::runnableFrom(int64_t now) const {
    const auto open = hours.nextOpen(instant(std::max(now, notBefore)));
    return open ? std::optional<int64_t>(open->time_since_epoch().count()) : std::nullopt;
}

std::optional<size_t> pickNext(const std::vector<QueueEntry>& waiting, const DepartmentUse& use,
                               int64_t now) {
    std::optional<size_t> best;
    const auto goesBefore = [&](const QueueEntry& a, const QueueEntry& b) {
        const bool urgent = a.priority >= kUrgent;
        if (urgent != (b.priority >= kUrgent))
            return urgent;
        if (a.department == b.department)
            return a.priority > b.priority;
        return useOf(use, a.department) < useOf(use, b.department);
    };
    for (size_t i = 0; i < waiting.size(); ++i) {
        const bool may = waiting[i].notBefore <= now && waiting[i].hours.isOpen(instant(now));
        if (may && (!best || goesBefore(waiting[i], waiting[*best])))
            best = i;
    }
    return best;
}

std::map<std::string, JobForecast> forecastQueue(std::vector<QueueEntry> running,
                                                 std::vector<QueueEntry> waiting, DepartmentUse use,
                                                 int64_t slots, int64_t now) {
    return Simulation(std::move(waiting), std::move(use), slots, now).run(std::move(running));
}

}  // namespace hearth::app
