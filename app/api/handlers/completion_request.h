// The body of POST /v1/completions.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/api/handlers/generation_fields.h"
#include "core/result.h"

namespace hearth::app {

/// Text, or the tokens themselves.
using CompletionPrompt = std::variant<std::string, std::vector<int32_t>>;

struct CompletionRequest {
    GenerationFields common;
    std::vector<CompletionPrompt> prompts;  // at least one
    int64_t maxTokens = 16;                 // 0 only with echo
    bool echo = false;                      // the prompt is part of the text
};

/// Errors: InvalidArgument with the field as context.
core::Result<CompletionRequest> parseCompletionRequest(std::string_view body);

}  // namespace hearth::app
