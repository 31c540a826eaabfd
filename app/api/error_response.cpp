#include "app/api/error_response.h"

#include <algorithm>

namespace hearth::app {
namespace {

using core::ErrorCode;

struct Translation {
    int status;
    const char* type;
    const char* code;
};

Translation translate(ErrorCode code) {
    switch (code) {
        case ErrorCode::InvalidArgument:
            return {400, "invalid_request_error", "invalid_value"};
        case ErrorCode::Unauthenticated:
            return {401, "invalid_request_error", "invalid_api_key"};
        case ErrorCode::PermissionDenied:
            return {403, "permission_error", "permission_denied"};
        case ErrorCode::NotFound:
            return {404, "invalid_request_error", "not_found"};
        case ErrorCode::AlreadyExists:
            return {409, "conflict_error", "already_exists"};
        case ErrorCode::Conflict:
            return {409, "conflict_error", "conflict"};
        case ErrorCode::PayloadTooLarge:
            return {413, "invalid_request_error", "request_too_large"};
        case ErrorCode::ResourceExhausted:
            return {429, "rate_limit_error", "rate_limit_exceeded"};
        case ErrorCode::DiskFull:
            return {507, "server_error", "disk_full"};
        case ErrorCode::Unsupported:
            return {400, "invalid_request_error", "unsupported"};
        case ErrorCode::Unavailable:
            return {503, "server_error", "unavailable"};
        case ErrorCode::DeadlineExceeded:
            return {504, "server_error", "deadline_exceeded"};
        case ErrorCode::Cancelled:
            return {409, "conflict_error", "cancelled"};
        case ErrorCode::DataCorrupt:
        case ErrorCode::Internal:
            break;
    }
    return {500, "server_error", "internal_error"};
}

// A field's name, not a path or a sentence: context also carries files and line numbers.
bool namesRequestField(std::string_view context) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '[' || c == ']' || c == '.';
    };
    return !context.empty() && context.front() != '.' &&
           std::all_of(context.begin(), context.end(), allowed);
}

// What broke inside goes to the log, where the request id leads to it.
std::string publicMessage(const core::Error& error, int status) {
    if (error.code == ErrorCode::DiskFull)
        return "The node's disk is full. Free space there and try again.";
    if (status == 500)
        return "The node could not handle this request. Its log has the reason under the request "
               "id that x-request-id names.";
    return error.message;
}

void addRetryHeaders(Response& response) {
    if (response.status == 429 || response.status == 503)
        response.headers.add("retry-after", "1");
    // Clients retry these statuses by default, but saying it again does not help.
    if (response.status == 409 || response.status == 507)
        response.headers.add("x-should-retry", "false");
    if (response.status == 401)
        response.headers.add("www-authenticate", "Bearer");
}

}  // namespace

int httpStatus(ErrorCode code) {
    return translate(code).status;
}

core::ApiError apiError(const core::Error& error) {
    const Translation translation = translate(error.code);
    core::ApiError api{.message = publicMessage(error, translation.status),
                       .type = translation.type,
                       .param = {},
                       .code = translation.code};
    if (translation.status < 500) {
        api.problems = error.problems;
        if (namesRequestField(error.context))
            api.param = error.context;
    }
    if (error.code == ErrorCode::NotFound && error.context == "model")
        api.code = "model_not_found";
    return api;
}

Response errorResponse(const core::Error& error) {
    return errorResponse(httpStatus(error.code), apiError(error));
}

Response errorResponse(int status, const core::ApiError& error) {
    Response response = Response::json(error.toJson(), status);
    addRetryHeaders(response);
    return response;
}

}  // namespace hearth::app
