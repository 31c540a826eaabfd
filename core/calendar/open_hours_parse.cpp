#include "core/calendar/open_hours.h"
#include "core/calendar/weekdays.h"
#include "core/strings.h"

namespace hearth::core {
namespace {

using std::chrono::minutes;
using std::chrono::month_day;
using std::chrono::year;

constexpr std::size_t kMaxEntries = 64;

Error badWindow(std::string_view text) {
    return {ErrorCode::InvalidArgument,
            "'" + printable(text, 60) +
                "' is not a window; write days and times such as 'weekdays 20:00-06:00', "
                "'sat,sun 08:00-24:00' or '22:00-05:00'",
            "windows"};
}

Error badBlackout(std::string_view text) {
    return {ErrorCode::InvalidArgument,
            "'" + printable(text, 60) +
                "' is not a blackout; write a date or two, such as 2026-12-24, "
                "2026-12-24..2027-01-02, or for each year 12-24..01-02",
            "blackouts"};
}

/// Two digits at `at`; -1 otherwise.
int twoDigits(std::string_view text, std::size_t at) {
    const auto digit = [&](std::size_t i) {
        return i < text.size() && text[i] >= '0' && text[i] <= '9' ? text[i] - '0' : -1;
    };
    return digit(at) < 0 || digit(at + 1) < 0 ? -1 : digit(at) * 10 + digit(at + 1);
}

/// "HH:MM" up to 24:00.
std::optional<minutes> readTime(std::string_view text) {
    const int hour = twoDigits(text, 0);
    const int minute = twoDigits(text, 3);
    if (text.size() != 5 || text[2] != ':' || hour < 0 || minute < 0 || minute > 59)
        return {};
    const minutes time(hour * 60 + minute);
    return time <= minutes(24 * 60) ? std::optional(time) : std::nullopt;
}

struct Date {
    std::optional<std::chrono::year> inYear;
    month_day day;
};

/// "YYYY-MM-DD" or "MM-DD".
std::optional<Date> readDate(std::string_view text) {
    Date date;
    if (text.size() == 10) {
        const int century = twoDigits(text, 0);
        const int rest = twoDigits(text, 2);
        if (century < 0 || rest < 0 || text[4] != '-')
            return {};
        date.inYear = year(century * 100 + rest);
        text.remove_prefix(5);
    }
    const int month = twoDigits(text, 0);
    const int day = twoDigits(text, 3);
    if (text.size() != 5 || text[2] != '-' || month < 1 || day < 1)
        return {};
    date.day = month_day{std::chrono::month(unsigned(month)), std::chrono::day(unsigned(day))};
    const bool exists = date.inYear ? (*date.inYear / date.day).ok() : date.day.ok();
    return exists ? std::optional(date) : std::nullopt;
}

}  // namespace

Result<OpenHours::Window> OpenHours::parseWindow(std::string_view text) {
    const std::string_view all = trim(text);
    const auto space = all.find(' ');
    const std::string_view times = space == std::string_view::npos ? all : trim(all.substr(space));
    Window window{};
    CORE_ASSIGN(window.weekdays,
                parseWeekdays(space == std::string_view::npos ? std::string_view("daily")
                                                              : all.substr(0, space)));
    const auto dash = times.find('-');
    if (dash == std::string_view::npos)
        return badWindow(text);
    const auto begin = readTime(times.substr(0, dash));
    const auto end = readTime(times.substr(dash + 1));
    if (!begin || !end || *begin == minutes(24 * 60))
        return badWindow(text);
    if (*begin == *end)
        return Error{ErrorCode::InvalidArgument,
                     "the window '" + printable(text, 60) +
                         "' ends when it begins; for a whole day write 00:00-24:00",
                     "windows"};
    window.begin = *begin;
    window.end = *end < *begin ? *end + minutes(24 * 60) : *end;
    return window;
}

Result<OpenHours::Blackout> OpenHours::parseBlackout(std::string_view text) {
    const std::string_view all = trim(text);
    const auto dots = all.find("..");
    const auto first = readDate(all.substr(0, dots));
    const auto last = dots == std::string_view::npos ? first : readDate(all.substr(dots + 2));
    if (!first || !last || first->inYear.has_value() != last->inYear.has_value())
        return badBlackout(text);
    if (first->inYear && *last->inYear / last->day < *first->inYear / first->day)
        return Error{ErrorCode::InvalidArgument,
                     "the blackout '" + printable(text, 60) + "' ends before it begins",
                     "blackouts"};
    return Blackout{first->inYear, last->inYear, first->day, last->day};
}

Result<OpenHours> OpenHours::parse(std::shared_ptr<const TimeZone> zone,
                                   const std::vector<std::string>& windows,
                                   const std::vector<std::string>& blackouts) {
    if (windows.size() > kMaxEntries || blackouts.size() > kMaxEntries)
        return Error{ErrorCode::InvalidArgument,
                     "there may be at most " + std::to_string(kMaxEntries) +
                         " windows and as many blackouts",
                     "windows"};
    OpenHours hours(std::move(zone));
    for (const std::string& text : windows) {
        CORE_ASSIGN(const Window window, parseWindow(text));
        hours.m_windows.push_back(window);
    }
    for (const std::string& text : blackouts) {
        CORE_ASSIGN(const Blackout blackout, parseBlackout(text));
        hours.m_blackouts.push_back(blackout);
    }
    return hours;
}

}  // namespace hearth::core
