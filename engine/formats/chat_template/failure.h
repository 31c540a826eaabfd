// How the parts of a template engine report that they cannot go on: core::Exception, which
// ChatTemplate turns into a Result. A template that fails, fails as a whole.
#pragma once
#include <string>

#include "core/result.h"

namespace hearth::engine::jinja {

[[noreturn]] inline void fail(core::ErrorCode code, const std::string& message, int line) {
    throw core::Exception({code, message, "chat template, line " + std::to_string(line)});
}

[[noreturn]] inline void fail(const std::string& message, int line) {
    fail(core::ErrorCode::InvalidArgument, message, line);
}

}  // namespace hearth::engine::jinja
