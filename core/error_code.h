#pragma once
#include <string_view>

#include "core/result.h"

namespace hearth::core {

/// The code that errorCodeName gave the name; Internal for a name that it never gives.
ErrorCode errorCodeOf(std::string_view name);

}  // namespace hearth::core
