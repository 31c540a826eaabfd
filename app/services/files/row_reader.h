#pragma once
#include <string_view>

#include "app/services/files/file_service.h"

namespace hearth::app {

/// The lines of a JSONL text that a query asks for. A line that is no JSON shows as a string.
FileRows readRows(std::string_view text, const RowQuery& query);

}  // namespace hearth::app
