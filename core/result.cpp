#include "core/result.h"

#include <cstdio>
#include <cstdlib>

namespace hearth::core {

const char* errorCodeName(ErrorCode code) {
    switch (code) {
        case ErrorCode::InvalidArgument:
            return "invalid_argument";
        case ErrorCode::Unauthenticated:
            return "unauthenticated";
        case ErrorCode::PermissionDenied:
            return "permission_denied";
        case ErrorCode::NotFound:
            return "not_found";
        case ErrorCode::AlreadyExists:
            return "already_exists";
        case ErrorCode::Conflict:
            return "conflict";
        case ErrorCode::PayloadTooLarge:
            return "payload_too_large";
        case ErrorCode::ResourceExhausted:
            return "resource_exhausted";
        case ErrorCode::DiskFull:
            return "disk_full";
        case ErrorCode::DataCorrupt:
            return "data_corrupt";
        case ErrorCode::Unsupported:
            return "unsupported";
        case ErrorCode::Unavailable:
            return "unavailable";
        case ErrorCode::DeadlineExceeded:
            return "deadline_exceeded";
        case ErrorCode::Cancelled:
            return "cancelled";
        case ErrorCode::Internal:
            return "internal";
    }
    return "internal";
}

std::string Error::text() const {
    return context.empty() ? message : message + " (" + context + ")";
}

Exception::Exception(Error error) : std::runtime_error(error.text()), m_error(std::move(error)) {}

void assertFailed(const char* expression, const char* file, int line) {
    std::fprintf(stderr, "%s:%d: broken invariant: %s\n", file, line, expression);
    std::abort();
}

}  // namespace hearth::core
