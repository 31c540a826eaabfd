// The body of POST /v1/chat/completions.
#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

#include "app/api/handlers/generation_fields.h"
#include "core/result.h"

namespace hearth::app {

struct ChatRequest {
    GenerationFields common;
    nlohmann::json messages;  // role and text content of each, checked
    int64_t maxTokens = 0;    // 0: up to the context's end
};

/// Errors: InvalidArgument with the field as context ("messages[2].content").
core::Result<ChatRequest> parseChatRequest(std::string_view body);

}  // namespace hearth::app
