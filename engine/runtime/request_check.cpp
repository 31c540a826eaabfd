#include "engine/runtime/request_check.h"

#include <string>

#include "engine/runtime/kv_cache.h"

namespace hearth::engine {
namespace {

core::Error invalid(const std::string& message, const char* parameter) {
    return {core::ErrorCode::InvalidArgument, message, parameter};
}

core::Status checkPrompt(const std::vector<int32_t>& prompt, const ModelConfig& config) {
    if (prompt.empty())
        return invalid("the prompt is empty", "prompt");
    for (const int32_t id : prompt)
        if (id < 0 || id >= config.vocab_size)
            return invalid("the prompt holds token " + std::to_string(id) +
                               ", but the vocabulary has " + std::to_string(config.vocab_size),
                           "prompt");
    if (int64_t(prompt.size()) >= config.max_position_embeddings)
        return invalid("the prompt has " + std::to_string(prompt.size()) +
                           " tokens, but the model's context holds " +
                           std::to_string(config.max_position_embeddings) +
                           " for prompt and answer together; shorten the prompt",
                       "messages");
    return {};
}

}  // namespace

core::Status checkRequest(GenerationRequest& request, const ModelConfig& config,
                          int64_t cachePages) {
    CORE_TRY(checkSamplingParams(request.sampling, config.vocab_size));
    CORE_TRY(checkPrompt(request.prompt, config));
    if (!(request.weight > 0.0))
        return invalid("the weight must be above 0", "weight");
    if (request.max_tokens < 0)
        return invalid("max_tokens must not be negative", "max_tokens");
    const int64_t length = int64_t(request.prompt.size());
    const int64_t room = config.max_position_embeddings - length;
    request.max_tokens = request.max_tokens == 0 ? room : std::min(request.max_tokens, room);
    if (KvCache::pagesFor(length + request.max_tokens) > cachePages)
        return core::Error{core::ErrorCode::ResourceExhausted,
                           "the request needs " + std::to_string(length + request.max_tokens) +
                               " tokens of KV cache, but the node has " +
                               std::to_string(cachePages * KvCache::kPageTokens) +
                               "; lower max_tokens or give the node more cache",
                           "max_tokens"};
    return {};
}

}  // namespace hearth::engine
