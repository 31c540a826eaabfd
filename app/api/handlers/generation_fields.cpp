#include "app/api/handlers/generation_fields.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <nlohmann/json.hpp>

#include "core/crypto/random.h"
#include "core/json.h"

namespace hearth::app {
namespace {

using nlohmann::json;

constexpr int64_t kMaxAnswers = 16;
constexpr size_t kMaxStops = 16;
constexpr size_t kMaxStopBytes = 256;
constexpr size_t kMaxBiases = 1024;

// Accepted because clients send them by default; they ask for nothing that this node decides.
constexpr std::array kWithoutEffect = {"user", "metadata", "store", "safety_identifier",
                                       "prompt_cache_key"};
constexpr std::array kCommon = {"model",
                                "temperature",
                                "top_p",
                                "top_k",
                                "min_p",
                                "presence_penalty",
                                "frequency_penalty",
                                "repetition_penalty",
                                "seed",
                                "logit_bias",
                                "n",
                                "stop",
                                "stream",
                                "stream_options",
                                "max_tokens",
                                "service_tier",
                                "ignore_eos"};

core::Result<std::vector<std::string>> readStops(const json& body) {
    std::vector<std::string> stops;
    const json* field = core::findField(body, "stop");
    if (!field)
        return stops;
    const json list = field->is_array() ? *field : json::array({*field});
    if (list.size() > kMaxStops)
        return invalidField("stop", "stop takes at most " + std::to_string(kMaxStops) + " strings");
    for (const json& entry : list) {
        if (!entry.is_string() || entry.get_ref<const std::string&>().empty() ||
            entry.get_ref<const std::string&>().size() > kMaxStopBytes)
            return invalidField("stop", "stop must be a string, or a list of strings, of 1 to " +
                                            std::to_string(kMaxStopBytes) + " bytes each");
        stops.push_back(entry);
    }
    return stops;
}

/// {"token id": bias}, with the id as a decimal string.
core::Result<std::vector<std::pair<int32_t, float>>> readLogitBias(const json& body) {
    std::vector<std::pair<int32_t, float>> biases;
    const json* field = core::findField(body, "logit_bias");
    if (!field)
        return biases;
    const core::Error wrong = invalidField(
        "logit_bias", "logit_bias must be an object of at most " + std::to_string(kMaxBiases) +
                          " entries from a token id to a number from -100 to 100");
    if (!field->is_object() || field->size() > kMaxBiases)
        return wrong;
    for (const auto& [key, value] : field->items()) {
        const bool digits =
            !key.empty() && key.size() <= 9 &&
            std::all_of(key.begin(), key.end(), [](char c) { return c >= '0' && c <= '9'; });
        if (!digits || !value.is_number())
            return wrong;
        biases.emplace_back(std::stoi(key), value.get<float>());
    }
    return biases;
}

core::Result<uint64_t> readSeed(const json& body) {
    if (core::findField(body, "seed")) {
        CORE_ASSIGN(const int64_t seed, core::readInt(body, "seed", INT64_MIN, INT64_MAX));
        return uint64_t(seed);
    }
    uint64_t seed = 0;
    core::randomBytes(std::as_writable_bytes(std::span(&seed, 1)));
    return seed;
}

core::Result<engine::SamplingParams> readSampling(const json& body) {
    engine::SamplingParams p;
    const auto number = [&](const char* name, double low, double high,
                            float& target) -> core::Status {
        CORE_ASSIGN(const double value, core::readNumber(body, name, low, high, target));
        target = float(value);
        return {};
    };
    CORE_TRY(number("temperature", 0, 2, p.temperature));
    CORE_TRY(number("top_p", 0, 1, p.top_p));
    CORE_TRY(number("min_p", 0, 1, p.min_p));
    CORE_TRY(number("presence_penalty", -2, 2, p.presence_penalty));
    CORE_TRY(number("frequency_penalty", -2, 2, p.frequency_penalty));
    CORE_TRY(number("repetition_penalty", 0.001, 10, p.repetition_penalty));
    CORE_ASSIGN(const int64_t topK, core::readInt(body, "top_k", -1, 1'000'000, 0));
    p.top_k = int32_t(std::max<int64_t>(topK, 0));  // vLLM's clients send -1 for "off"
    if (p.top_p == 0.0f)
        p.top_k = 1;  // only the best token reaches a mass of nothing
    p.top_p = std::max(p.top_p, 1e-6f);
    CORE_ASSIGN(p.logit_bias, readLogitBias(body));
    CORE_ASSIGN(p.seed, readSeed(body));
    return p;
}

/// OpenAI's "flex" is for work that can wait; its other tiers are served alike.
core::Result<engine::Priority> readPriority(const json& body) {
    const json* tier = core::findField(body, "service_tier");
    if (!tier)
        return engine::Priority::Interactive;
    if (!tier->is_string())
        return invalidField("service_tier",
                            "service_tier must be \"auto\", \"default\", \"priority\" or "
                            "\"flex\"; flex requests wait for the others");
    return *tier == "flex" ? engine::Priority::Batch : engine::Priority::Interactive;
}

/// Answers come sooner when a prompt's beginning is in the cache, so who shares a cache learns
/// something of the others' prompts. Only a department shares; who has none is alone.
std::string cacheSalt(const Principal& principal) {
    return principal.departmentId.empty() ? "user:" + principal.userId
                                          : "department:" + principal.departmentId;
}

}  // namespace

core::Error invalidField(const std::string& name, const std::string& message) {
    return {core::ErrorCode::InvalidArgument, message, name};
}

core::Result<GenerationFields> readGenerationFields(const json& body) {
    if (!body.is_object())
        return core::Error{core::ErrorCode::InvalidArgument,
                           "the request body must be a JSON object", ""};
    GenerationFields fields;
    CORE_ASSIGN(fields.model, core::readString(body, "model", 256));
    CORE_ASSIGN(fields.sampling, readSampling(body));
    CORE_ASSIGN(fields.n, core::readInt(body, "n", 1, kMaxAnswers, 1));
    CORE_ASSIGN(fields.stop, readStops(body));
    CORE_ASSIGN(fields.stream, core::readBool(body, "stream", false));
    CORE_ASSIGN(fields.priority, readPriority(body));
    CORE_ASSIGN(fields.ignoreEos, core::readBool(body, "ignore_eos", false));
    if (const json* options = core::findField(body, "stream_options")) {
        if (!options->is_object())
            return invalidField("stream_options", "stream_options must be an object");
        CORE_ASSIGN(fields.includeUsage, core::readBool(*options, "include_usage", false));
    }
    return fields;
}

core::Status rejectUnknownGenerationFields(const json& body,
                                           std::initializer_list<std::string_view> known) {
    const auto in = [](const auto& names, const std::string& key) {
        return std::find(names.begin(), names.end(), key) != names.end();
    };
    for (const auto& [key, value] : body.items())
        if (!in(kCommon, key) && !in(kWithoutEffect, key) && !in(known, key))
            return invalidField(key, "unknown parameter '" + key + "'");
    return {};
}

engine::GenerationRequest makeGenerationRequest(const GenerationFields& fields, int64_t index,
                                                const Principal& principal,
                                                std::vector<int32_t> prompt, int64_t maxTokens,
                                                const std::vector<int32_t>& eosTokens) {
    engine::GenerationRequest request;
    request.prompt = std::move(prompt);
    request.max_tokens = maxTokens;
    request.sampling = fields.sampling;
    request.sampling.seed += uint64_t(index);
    request.cache_salt = cacheSalt(principal);
    request.principal = principal.userId;
    request.weight = principal.weight;
    request.priority = fields.priority;
    if (!fields.ignoreEos)
        request.stop_tokens = eosTokens;
    return request;
}

}  // namespace hearth::app
