#include "core/calendar/weekdays.h"

#include "core/strings.h"

namespace hearth::core {
namespace {

constexpr std::string_view kNames[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
constexpr std::uint8_t kDaily = 0b1111111;
constexpr std::uint8_t kWeekdays = 0b0111110;

Error unknownDay(std::string_view text) {
    return {ErrorCode::InvalidArgument,
            "'" + printable(text, 40) +
                "' is not a day; write daily, weekdays, weekends, or names such as mon-thu,sat",
            "windows"};
}

}  // namespace

std::optional<unsigned> weekdayFromName(std::string_view name) {
    for (unsigned i = 0; i < std::size(kNames); ++i)
        if (name == kNames[i])
            return i;
    return {};
}

Result<std::uint8_t> parseWeekdays(std::string_view text) {
    const std::string lower = toLowerAscii(text);
    if (lower == "daily")
        return kDaily;
    if (lower == "weekdays")
        return kWeekdays;
    if (lower == "weekends")
        return std::uint8_t(kDaily & ~kWeekdays);
    std::uint8_t days = 0;
    for (const std::string_view entry : split(lower, ',')) {
        const auto dash = entry.find('-');
        const auto first = weekdayFromName(entry.substr(0, dash));
        const auto last =
            dash == std::string_view::npos ? first : weekdayFromName(entry.substr(dash + 1));
        if (!first || !last)
            return unknownDay(entry);
        for (unsigned day = *first;; day = (day + 1) % 7) {
            days |= std::uint8_t(1u << day);
            if (day == *last)
                break;
        }
    }
    return days;
}

}  // namespace hearth::core
