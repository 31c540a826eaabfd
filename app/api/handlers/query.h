// Numbers in the query of a URL.
#pragma once
#include <cstdint>
#include <string>

#include "app/api/http/request.h"
#include "core/result.h"

namespace hearth::app {

/// Errors: InvalidArgument with the parameter's name as context.
core::Result<int64_t> readQueryInt(const RequestHead& head, const std::string& name, int64_t min,
                                   int64_t max, int64_t fallback);

/// `from` and `to` in Unix seconds.
struct TimeRange {
    int64_t from = 0;
    int64_t to = 0;
};

/// `to` is now unless given, `from` a day before `to`. Errors: InvalidArgument.
core::Result<TimeRange> readTimeRange(const RequestHead& head, int64_t now);

}  // namespace hearth::app
