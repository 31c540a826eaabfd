#include "app/api/handlers/completion_request.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/json.h"

namespace hearth::app {
namespace {

using nlohmann::json;

constexpr size_t kMaxPrompts = 64;

core::Error wrongPrompt() {
    return invalidField("prompt",
                        "prompt must be a string, a list of token ids, or a list of up to " +
                            std::to_string(kMaxPrompts) + " of these");
}

bool isTokenList(const json& value) {
    return value.is_array() && !value.empty() &&
           std::all_of(value.begin(), value.end(), [](const json& v) {
               return v.is_number_integer() && v.get<int64_t>() >= 0 &&
                      v.get<int64_t>() <= INT32_MAX;
           });
}

core::Result<CompletionPrompt> readPrompt(const json& value) {
    if (value.is_string())
        return CompletionPrompt(value.get<std::string>());
    if (isTokenList(value))
        return CompletionPrompt(value.get<std::vector<int32_t>>());
    return wrongPrompt();
}

core::Result<std::vector<CompletionPrompt>> readPrompts(const json& body) {
    const json* field = core::findField(body, "prompt");
    if (!field)
        return wrongPrompt();
    const bool several = field->is_array() && !isTokenList(*field);
    const json list = several ? *field : json::array({*field});
    if (list.empty() || list.size() > kMaxPrompts)
        return wrongPrompt();
    std::vector<CompletionPrompt> prompts;
    for (const json& value : list) {
        CORE_ASSIGN(auto prompt, readPrompt(value));
        prompts.push_back(std::move(prompt));
    }
    return prompts;
}

core::Status refuseUnsupported(const json& body) {
    if (core::findField(body, "suffix"))
        return invalidField("suffix", "suffix is not supported");
    if (const json* bestOf = core::findField(body, "best_of"); bestOf && *bestOf != 1)
        return invalidField("best_of", "best_of is not supported; use n");
    return rejectUnknownGenerationFields(body, {"prompt", "suffix", "best_of", "echo", "logprobs"});
}

}  // namespace

core::Result<CompletionRequest> parseCompletionRequest(std::string_view text) {
    CORE_ASSIGN(const json body, core::parseJson(text, "the request body"));
    CompletionRequest request;
    CORE_ASSIGN(request.common, readGenerationFields(body));
    CORE_TRY(refuseUnsupported(body));
    CORE_ASSIGN(request.prompts, readPrompts(body));
    CORE_ASSIGN(request.echo, core::readBool(body, "echo", false));
    CORE_ASSIGN(request.maxTokens,
                core::readInt(body, "max_tokens", request.echo ? 0 : 1, INT32_MAX, 16));
    if (core::findField(body, "logprobs")) {
        CORE_ASSIGN(const int64_t top, core::readInt(body, "logprobs", 0, 5));
        request.common.sampling.top_logprobs = int32_t(top);
    }
    return request;
}

}  // namespace hearth::app
