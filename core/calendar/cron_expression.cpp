#include "core/calendar/cron_expression.h"

#include <array>
#include <bit>
#include <charconv>
#include <vector>

#include "core/calendar/weekdays.h"
#include "core/strings.h"

namespace hearth::core {
namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::local_seconds;
using std::chrono::minutes;

constexpr std::size_t kMaxBytes = 256;
// The rarest day is a 29 February on one day of the week: 40 years apart over a century without a
// leap year.
constexpr int kMaxDays = 366 * 41;

constexpr std::string_view kMonthNames[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                            "jul", "aug", "sep", "oct", "nov", "dec"};

enum class Names { None, Months, Weekdays };

struct Field {
    const char* name;
    int min;
    int max;
    Names names;
};

constexpr Field kFields[] = {{"minute", 0, 59, Names::None},
                             {"hour", 0, 23, Names::None},
                             {"day of the month", 1, 31, Names::None},
                             {"month", 1, 12, Names::Months},
                             {"day of the week", 0, 7, Names::Weekdays}};

std::string rangeOf(const Field& field) {
    std::string text = std::to_string(field.min) + " to " + std::to_string(field.max);
    if (field.names == Names::Months)
        text += ", or jan to dec";
    if (field.names == Names::Weekdays)
        text += " (0 and 7 are Sunday), or sun to sat";
    return text;
}

Error badField(const Field& field, std::string_view part, const std::string& why) {
    return {ErrorCode::InvalidArgument,
            std::string("the ") + field.name + " '" + printable(part, 40) + "' " + why, "cron"};
}

std::optional<int> number(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || text.front() == '-')
        return {};
    return value;
}

Result<int> readValue(const Field& field, std::string_view text) {
    const std::string lower = toLowerAscii(text);
    if (field.names == Names::Months)
        for (int i = 0; i < 12; ++i)
            if (lower == kMonthNames[i])
                return i + 1;
    if (field.names == Names::Weekdays)
        if (const auto weekday = weekdayFromName(lower))
            return int(*weekday);
    const auto value = text.empty() ? std::optional<int>() : number(text);
    if (!value)
        return badField(field, text, "is not a value; it may be " + rangeOf(field));
    if (*value < field.min || *value > field.max)
        return badField(field, text, "is out of range; it may be " + rangeOf(field));
    return *value;
}

/// One entry of a list, as bits.
Result<std::uint64_t> readEntry(const Field& field, std::string_view entry) {
    const auto slash = entry.find('/');
    const std::string_view range = entry.substr(0, slash);
    int first = field.min;
    int last = field.max;
    if (range != "*") {
        const auto dash = range.find('-');
        CORE_ASSIGN(first, readValue(field, range.substr(0, dash)));
        last = slash == std::string_view::npos ? first : field.max;
        if (dash != std::string_view::npos) {
            CORE_ASSIGN(last, readValue(field, range.substr(dash + 1)));
            // "fri-sun" ends on Sunday, whose name is 0.
            if (field.names == Names::Weekdays && last == 0)
                last = 7;
        }
    }
    if (last < first)
        return badField(field, entry,
                        "runs backwards; write it as two ranges, such as " + std::to_string(first) +
                            "-" + std::to_string(field.max) + "," + std::to_string(field.min) +
                            "-" + std::to_string(last));
    int step = 1;
    if (slash != std::string_view::npos) {
        const auto given =
            entry.size() == slash + 1 ? std::optional<int>() : number(entry.substr(slash + 1));
        if (!given || *given < 1 || *given > field.max)
            return badField(field, entry,
                            "has no step after '/'; it may be 1 to " + std::to_string(field.max));
        step = *given;
    }
    std::uint64_t bits = 0;
    for (int value = first; value <= last; value += step)
        bits |= std::uint64_t{1} << value;
    return bits;
}

Result<std::uint64_t> readField(const Field& field, std::string_view text) {
    std::uint64_t bits = 0;
    for (const std::string_view entry : split(text, ',')) {
        CORE_ASSIGN(const std::uint64_t some, readEntry(field, entry));
        bits |= some;
    }
    return bits;
}

/// The day of the month, with L for the last one.
Result<std::uint64_t> readDays(std::string_view text, bool& lastDay) {
    std::string rest;
    for (const std::string_view entry : split(text, ',')) {
        if (toLowerAscii(entry) == "l") {
            lastDay = true;
            continue;
        }
        rest += (rest.empty() ? "" : ",") + std::string(entry);
    }
    if (rest.empty() && lastDay)
        return std::uint64_t{0};
    return readField(kFields[2], rest);
}

std::string expandMacro(std::string_view text) {
    constexpr std::pair<std::string_view, std::string_view> kMacros[] = {
        {"@hourly", "0 * * * *"},  {"@daily", "0 0 * * *"},  {"@weekly", "0 0 * * 0"},
        {"@monthly", "0 0 1 * *"}, {"@yearly", "0 0 1 1 *"},
    };
    for (const auto& [name, expression] : kMacros)
        if (text == name)
            return std::string(expression);
    return std::string(text);
}

std::vector<std::string_view> words(std::string_view text) {
    std::vector<std::string_view> result;
    for (const std::string_view part : split(text, ' '))
        if (!part.empty())
            result.push_back(part);
    return result;
}

/// The lowest value that is in `bits` and at least `from`; 64 when there is none.
int nextBit(std::uint64_t bits, int from) {
    return from > 63 ? 64 : std::countr_zero(bits & (~std::uint64_t{0} << from));
}

}  // namespace

Result<CronExpression> CronExpression::parse(std::string_view text) {
    if (text.size() > kMaxBytes)
        return Error{ErrorCode::InvalidArgument, "the cron expression is too long", "cron"};
    const std::string expanded = expandMacro(trim(text));
    const auto parts = words(expanded);
    if (parts.size() != std::size(kFields))
        return Error{ErrorCode::InvalidArgument,
                     "the cron expression '" + printable(text, 60) + "' has " +
                         std::to_string(parts.size()) +
                         " fields; it needs five: minute, hour, day of the month, month, day of "
                         "the week, such as '30 2 * * mon-fri'",
                     "cron"};
    CronExpression cron;
    cron.m_text = std::string(trim(text));
    CORE_ASSIGN(cron.m_minutes, readField(kFields[0], parts[0]));
    CORE_ASSIGN(cron.m_hours, readField(kFields[1], parts[1]));
    CORE_ASSIGN(cron.m_days, readDays(parts[2], cron.m_lastDay));
    CORE_ASSIGN(cron.m_months, readField(kFields[3], parts[3]));
    CORE_ASSIGN(cron.m_weekdays, readField(kFields[4], parts[4]));
    if (cron.m_weekdays & std::uint64_t{1} << 7)
        cron.m_weekdays |= 1;
    cron.m_everyDay = parts[2].front() == '*';
    cron.m_everyWeekday = parts[4].front() == '*';
    // Any 41 years in a row show every day that there is.
    if (!cron.search(local_days{std::chrono::year{2000} / 1 / 1}))
        return badField(kFields[2], parts[2],
                        "never comes in month '" + std::string(parts[3]) + "'");
    return cron;
}

bool CronExpression::fitsDay(local_days day) const {
    const std::chrono::year_month_day date(day);
    if (!(m_months & std::uint64_t{1} << unsigned(date.month())))
        return false;
    const bool last = m_lastDay && date == date.year() / date.month() / std::chrono::last;
    const bool dayFits = last || (m_days & std::uint64_t{1} << unsigned(date.day()));
    const bool weekdayFits = m_weekdays & std::uint64_t{1}
                                              << std::chrono::weekday(day).c_encoding();
    return m_everyDay || m_everyWeekday ? dayFits && weekdayFits : dayFits || weekdayFits;
}

std::optional<local_seconds> CronExpression::search(local_seconds local) const {
    const auto begin = std::chrono::floor<minutes>(local) + minutes(1);
    const auto firstDay = std::chrono::floor<days>(begin);
    for (int i = 0; i <= kMaxDays; ++i) {
        const local_days day = firstDay + days(i);
        if (!fitsDay(day))
            continue;
        const int from = i == 0 ? int((begin - firstDay).count()) : 0;
        int hour = nextBit(m_hours, from / 60);
        int minute = hour == from / 60 ? nextBit(m_minutes, from % 60) : nextBit(m_minutes, 0);
        if (minute > 59) {
            hour = nextBit(m_hours, hour + 1);
            minute = nextBit(m_minutes, 0);
        }
        if (hour <= 23)
            return day + std::chrono::hours(hour) + minutes(minute);
    }
    return {};
}

local_seconds CronExpression::nextAfter(local_seconds local) const {
    const auto found = search(local);
    CORE_ASSERT(found);  // parse refuses expressions that never fit
    return *found;
}

}  // namespace hearth::core
