// Days of the week by their English names, as cron expressions and windows write them.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/result.h"

namespace hearth::core {

/// 0 for "sun" to 6 for "sat"; lower case.
std::optional<unsigned> weekdayFromName(std::string_view name);

/// Bit n for day n: "daily", "weekdays", "weekends", or a list of names and ranges such as
/// "mon-thu,sat"; ranges may pass the week's end. Errors: InvalidArgument.
Result<std::uint8_t> parseWeekdays(std::string_view text);

}  // namespace hearth::core
