// The error shape of every route: {"error":{"message","type","param","code"}}, with
// "problems":[{"line","message"}] where lines of a file are at fault.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace hearth::core {

struct ApiError {
    std::string message;
    std::string type;   // "invalid_request_error", "rate_limit_error", "server_error", ...
    std::string param;  // the request's field; empty is sent as null
    std::string code;   // stable, for programs ("model_not_found"); empty is sent as null
    std::vector<LineProblem> problems = {};  // sent when there are any

    /// One JSON object without line breaks, so that it also fits an SSE data line.
    std::string toJson() const;
};

/// What a server sent with a status of 400 or above. DataCorrupt if it is not in the shape.
Result<ApiError> parseApiError(std::string_view json);

}  // namespace hearth::core
