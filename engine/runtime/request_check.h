// What a request must satisfy before it is queued.
#pragma once
#include <cstdint>

#include "core/result.h"
#include "engine/models/model_config.h"
#include "engine/runtime/generation.h"

namespace hearth::engine {

/// Sets max_tokens to what the context has room for when it is 0 or more than that. Errors:
/// InvalidArgument (empty prompt, token outside the vocabulary, prompt longer than the context with
/// both lengths, sampling parameters), ResourceExhausted (more than cachePages hold).
core::Status checkRequest(GenerationRequest& request, const ModelConfig& config,
                          int64_t cachePages);

}  // namespace hearth::engine
