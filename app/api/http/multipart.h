// multipart/form-data (RFC 7578) over a body that is wholly here.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace hearth::app {

struct MultipartPart {
    std::string name;
    std::optional<std::string> fileName;  // set for files; the client's text, never a path to use
    std::string contentType;
    std::string_view content;  // a view into the parsed body
};

struct MultipartForm {
    std::vector<MultipartPart> parts;

    const MultipartPart* find(std::string_view name) const;
};

struct MultipartLimits {
    std::size_t maxParts = 64;
    std::size_t maxPartHeadBytes = 8192;
    std::size_t maxFieldBytes = 65536;  // of a part that is not a file
};

/// `contentType` is the request's header. Strict: the body begins with the boundary and ends
/// with the closing one, every part has a name, and a name comes twice only when it ends
/// with "[]".
core::Result<MultipartForm> parseMultipart(std::string_view contentType, std::string_view body,
                                           const MultipartLimits& limits = {});

}  // namespace hearth::app
