// Pieces of OpenAI's answer objects that several handlers build.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
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

/// choices[].logprobs of a completion: parallel lists. textOffset: where the first token's text
/// begins in the choice's text. The first `withoutLogprob` tokens have null values.
nlohmann::json completionLogprobs(const engine::Tokenizer& tokenizer,
                                  const std::vector<engine::SampledToken>& tokens,
                                  size_t textOffset, size_t withoutLogprob);

}  // namespace hearth::app
