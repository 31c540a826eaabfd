#include "app/api/handlers/openai_json.h"

#include <algorithm>

namespace hearth::app {
namespace {

using nlohmann::json;

// JSON has no infinity: a token that cannot come counts as e^-9999, as OpenAI's API does it.
double finite(float logprob) {
    return std::max(double(logprob), -9999.0);
}

std::string tokenText(const engine::Tokenizer& tokenizer, int32_t id) {
    return tokenizer.decode(std::span(&id, 1), false);
}

json tokenObject(const engine::Tokenizer& tokenizer, int32_t id, float logprob) {
    const std::string bytes = tokenizer.tokenBytes(id);
    json list = json::array();
    for (const char byte : bytes)
        list.push_back(static_cast<unsigned char>(byte));
    return {{"token", tokenText(tokenizer, id)}, {"logprob", finite(logprob)}, {"bytes", list}};
}

}  // namespace

size_t characterCount(std::string_view text) {
    return size_t(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

const char* finishReasonName(engine::FinishReason reason) {
    return reason == engine::FinishReason::Length ? "length" : "stop";
}

json usageJson(int64_t promptTokens, int64_t completionTokens, int64_t cachedTokens) {
    return {{"prompt_tokens", promptTokens},
            {"completion_tokens", completionTokens},
            {"total_tokens", promptTokens + completionTokens},
            {"prompt_tokens_details", {{"cached_tokens", cachedTokens}}}};
}

json chatLogprobs(const engine::Tokenizer& tokenizer,
                  const std::vector<engine::SampledToken>& tokens) {
    json content = json::array();
    for (const auto& token : tokens) {
        json entry = tokenObject(tokenizer, token.id, token.logprob);
        entry["top_logprobs"] = json::array();
        for (const auto& other : token.top)
            entry["top_logprobs"].push_back(tokenObject(tokenizer, other.id, other.logprob));
        content.push_back(std::move(entry));
    }
    return {{"content", std::move(content)}, {"refusal", nullptr}};
}

json completionLogprobs(const engine::Tokenizer& tokenizer,
                        const std::vector<engine::SampledToken>& tokens, size_t textOffset,
                        size_t withoutLogprob) {
    json result = {{"tokens", json::array()},
                   {"token_logprobs", json::array()},
                   {"top_logprobs", json::array()},
                   {"text_offset", json::array()}};
    for (size_t i = 0; i < tokens.size(); ++i) {
        const std::string text = tokenText(tokenizer, tokens[i].id);
        result["tokens"].push_back(text);
        result["text_offset"].push_back(textOffset);
        textOffset += characterCount(text);
        if (i < withoutLogprob) {
            result["token_logprobs"].push_back(nullptr);
            result["top_logprobs"].push_back(nullptr);
            continue;
        }
        result["token_logprobs"].push_back(finite(tokens[i].logprob));
        json top = json::object();
        // Parts of characters may have one text; the likeliest of them comes first.
        for (const auto& other : tokens[i].top)
            top.emplace(tokenText(tokenizer, other.id), finite(other.logprob));
        result["top_logprobs"].push_back(std::move(top));
    }
    return result;
}

}  // namespace hearth::app
