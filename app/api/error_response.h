// The one place where errors become HTTP.
#pragma once
#include "app/api/http/response.h"
#include "core/api/api_error.h"
#include "core/result.h"

namespace hearth::app {

/// Status, shape and retry headers for an error.
/// context -> param, when it names a request field ("temperature", "messages[2].content").
/// NotFound with context "model" is the code model_not_found; 5xx that speak of our own
/// state (Internal, DataCorrupt) get a fixed message.
/// Below 500 the problems of single lines go with it.
Response errorResponse(const core::Error& error);

/// For what core::Error cannot say, such as a code of its own ("context_length_exceeded").
Response errorResponse(int status, const core::ApiError& error);

int httpStatus(core::ErrorCode code);
core::ApiError apiError(const core::Error& error);

}  // namespace hearth::app
