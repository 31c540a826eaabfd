#pragma once
#include <string_view>

#include "app/services/files/file_service.h"

namespace hearth::app {

/// The rows of a text that a query asks for: those of a form mapped; without a known form the
/// lines, one that is no JSON as a string.
FileRows readRows(std::string_view text, const std::string& form, const RowQuery& query);

}  // namespace hearth::app
