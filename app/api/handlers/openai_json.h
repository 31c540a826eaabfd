// Pieces of OpenAI's answer objects that several handlers build.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "engine/formats/tokenizer.h"
#include "engine/runtime/generation.h"

namespace hearth::app {

const char* finishReasonName(engine::FinishReason reason);

/// cachedTokens: those of the prompt that another request had computed.
nlohmann::json usageJson(int64_t promptTokens, int64_t completionTokens, int64_t cachedTokens);

/// choices[].logprobs of a chat completion: {"content": [...], "refusal": null}.
nlohmann::json chatLogprobs(const engine::Tokenizer& tokenizer,
                            const std::vector<engine::SampledToken>& tokens);

/// Code points of UTF-8.
size_t characterCount(std::string_view text);

/// choices[].logprobs of a completion: parallel lists. textOffset: the character of the choice's
/// text at which the first token's text begins. The first `withoutLogprob` tokens have null values.
nlohmann::json completionLogprobs(const engine::Tokenizer& tokenizer,
                                  const std::vector<engine::SampledToken>& tokens,
                                  size_t textOffset, size_t withoutLogprob);

}  // namespace hearth::app
