// The fields that chat completions and completions have in common.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "app/api/principal.h"
#include "core/result.h"
#include "engine/runtime/generation.h"

namespace hearth::app {

struct GenerationFields {
    std::string model;
    engine::SamplingParams sampling;  // top_logprobs stays -1: the two APIs ask differently
    int64_t n = 1;
    std::vector<std::string> stop;
    bool stream = false;
    bool includeUsage = false;  // stream_options.include_usage
    bool ignoreEos = false;
    engine::Priority priority = engine::Priority::Interactive;
};

/// Reads them from a request's body. Errors: InvalidArgument with the field as context.
core::Result<GenerationFields> readGenerationFields(const nlohmann::json& body);

/// InvalidArgument for a field that is neither common nor in `known`, so that a misspelt
/// parameter is not silently without effect.
core::Status rejectUnknownGenerationFields(const nlohmann::json& body,
                                           std::initializer_list<std::string_view> known);

/// The engine's request for answer number `index` of n. The principal's user is whose share it
/// uses, and the department who may share its cache.
engine::GenerationRequest makeGenerationRequest(const GenerationFields& fields, int64_t index,
                                                const Principal& principal,
                                                std::vector<int32_t> prompt, int64_t maxTokens,
                                                const std::vector<int32_t>& eosTokens);

/// InvalidArgument for field `name`.
core::Error invalidField(const std::string& name, const std::string& message);

}  // namespace hearth::app
