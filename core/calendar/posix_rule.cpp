#include "core/calendar/posix_rule.h"

#include <algorithm>

namespace hearth::core {
namespace {

using std::chrono::local_days;
using std::chrono::seconds;

constexpr int kMaxHours = 167;  // RFC 8536 lets a rule's time pass midnight by a week

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

bool isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Reads from the front; every reader is false when the text does not fit.
class Reader {
public:
    explicit Reader(std::string_view text) : m_rest(text) {}

    bool atEnd() const { return m_rest.empty(); }
    bool startsWith(char c) const { return !m_rest.empty() && m_rest.front() == c; }
    bool take(char c) {
        if (!startsWith(c))
            return false;
        m_rest.remove_prefix(1);
        return true;
    }
    bool number(int max, int& value) {
        if (m_rest.empty() || !isDigit(m_rest.front()))
            return false;
        value = 0;
        while (!m_rest.empty() && isDigit(m_rest.front())) {
            value = value * 10 + (m_rest.front() - '0');
            if (value > max)
                return false;
            m_rest.remove_prefix(1);
        }
        return true;
    }
    /// [+-]hh[:mm[:ss]]
    bool time(seconds& value) {
        const bool negative = startsWith('-');
        if (!take('-'))
            take('+');
        int hours = 0;
        int minutes = 0;
        int rest = 0;
        if (!number(kMaxHours, hours))
            return false;
        if (take(':') && !number(59, minutes))
            return false;
        if (take(':') && !number(59, rest))
            return false;
        value = seconds(hours * 3600 + minutes * 60 + rest) * (negative ? -1 : 1);
        return true;
    }
    /// An abbreviation, which nothing here needs.
    bool name() {
        if (take('<')) {
            const auto end = m_rest.find('>');
            if (end == std::string_view::npos)
                return false;
            m_rest.remove_prefix(end + 1);
            return true;
        }
        std::size_t length = 0;
        while (length < m_rest.size() && isLetter(m_rest[length]))
            ++length;
        m_rest.remove_prefix(length);
        return length >= 3;
    }

private:
    std::string_view m_rest;
};

bool readDay(Reader& reader, YearlyChange& change) {
    if (reader.take('J')) {
        change.kind = YearlyChange::Kind::JulianWithoutLeapDay;
        return reader.number(365, change.day) && change.day >= 1;
    }
    if (!reader.take('M')) {
        change.kind = YearlyChange::Kind::DayOfYear;
        return reader.number(365, change.day);
    }
    int month = 0;
    int week = 0;
    int weekday = 0;
    if (!(reader.number(12, month) && reader.take('.') && reader.number(5, week) &&
          reader.take('.') && reader.number(6, weekday)))
        return false;
    change.month = unsigned(month);
    change.week = unsigned(week);
    change.weekday = unsigned(weekday);
    return month >= 1 && week >= 1;
}

bool readChange(Reader& reader, YearlyChange& change) {
    return reader.take(',') && readDay(reader, change) &&
           (!reader.take('/') || reader.time(change.time));
}

/// POSIX counts offsets to the west, up to 24 hours and the minutes and seconds with them.
bool readOffset(Reader& reader, seconds& east) {
    seconds west{0};
    if (!reader.time(west) || std::chrono::abs(west) >= std::chrono::hours(25))
        return false;
    east = -west;
    return true;
}

bool readRule(Reader& reader, PosixRule& rule) {
    if (!reader.name() || !readOffset(reader, rule.standard))
        return false;
    if (reader.atEnd())
        return true;
    if (!reader.name())
        return false;
    rule.summer = rule.standard + std::chrono::hours(1);
    if (!reader.startsWith(',') && !readOffset(reader, *rule.summer))
        return false;
    return readChange(reader, rule.toSummer) && readChange(reader, rule.toStandard);
}

}  // namespace

std::chrono::local_seconds YearlyChange::in(std::chrono::year year) const {
    const local_days newYear{year / 1 / 1};
    switch (kind) {
        case Kind::MonthWeekDay: {
            const std::chrono::weekday wanted(weekday);
            const std::chrono::month inMonth(month);
            if (week == 5)
                return local_days{year / inMonth / wanted[std::chrono::last]} + time;
            return local_days{year / inMonth / wanted[week]} + time;
        }
        case Kind::JulianWithoutLeapDay: {
            const bool afterLeapDay = year.is_leap() && day >= 60;
            return newYear + std::chrono::days(day - 1 + (afterLeapDay ? 1 : 0)) + time;
        }
        case Kind::DayOfYear:
            break;
    }
    return newYear + std::chrono::days(day) + time;
}

std::vector<OffsetChange> PosixRule::changesOf(std::chrono::year year) const {
    if (!summer)
        return {};
    const auto instant = [](std::chrono::local_seconds local, seconds offset) {
        return std::chrono::sys_seconds(local.time_since_epoch() - offset);
    };
    std::vector<OffsetChange> changes{{instant(toSummer.in(year), standard), *summer},
                                      {instant(toStandard.in(year), *summer), standard}};
    if (changes[1].at < changes[0].at)
        std::swap(changes[0], changes[1]);
    return changes;
}

Result<PosixRule> parsePosixRule(std::string_view text) {
    Reader reader(text);
    PosixRule rule;
    if (!readRule(reader, rule) || !reader.atEnd())
        return Error{ErrorCode::DataCorrupt,
                     "the time zone rule '" + std::string(text) + "' cannot be read", ""};
    return rule;
}

}  // namespace hearth::core
