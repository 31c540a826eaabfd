// Turns one row of logits into one token.
#pragma once
#include <cstdint>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/result.h"

namespace hearth::engine {

/// Names are those of the OpenAI API and its common extensions.
struct SamplingParams {
    float temperature = 1.0f;         // 0: the most likely token; at most 2
    float top_p = 1.0f;               // (0, 1]
    int32_t top_k = 0;                // 0: off
    float min_p = 0.0f;               // [0, 1]: drops tokens below min_p times the best one
    float presence_penalty = 0.0f;    // [-2, 2], once for a token already generated
    float frequency_penalty = 0.0f;   // [-2, 2], for each time it was generated
    float repetition_penalty = 1.0f;  // (0, 10], over prompt and answer (CTRL, section 4.1)
    uint64_t seed = 0;
    std::vector<std::pair<int32_t, float>> logit_bias;  // each in [-100, 100]
    int32_t top_logprobs = -1;  // -1: none; 0: of the chosen token only; at most 20 alternatives
};

/// InvalidArgument; the error's context is the parameter's name.
core::Status checkSamplingParams(const SamplingParams& params, int64_t vocabSize);

struct TokenLogprob {
    int32_t id = 0;
    float logprob = 0.0f;
};

/// logprob is the model's own, before any penalty, bias or temperature.
struct SampledToken {
    int32_t id = 0;
    float logprob = 0.0f;
    std::vector<TokenLogprob> top;  // top_logprobs best tokens, best first
};

/// Fills logprob (and the top list) of token `id` from raw logits.
SampledToken describeToken(std::span<const float> logits, int32_t id, int32_t topLogprobs);

/// Sampling state of one sequence: its parameters and the tokens it has seen.
class Sampler {
public:
    Sampler(SamplingParams params, std::span<const int32_t> prompt);

    /// Draws the token for absolute position `position` and remembers it. Deterministic in
    /// (logits, params, history, position). Order: bias, repetition, presence and frequency
    /// penalties, temperature, top_k, top_p, min_p.
    SampledToken sample(std::span<const float> logits, int64_t position);
    /// The token that sample() would draw, without remembering it.
    int32_t guess(std::span<const float> logits, int64_t position) {
        return choose(logits, position);
    }

private:
    int32_t choose(std::span<const float> logits, int64_t position);
    void applyPenalties(std::span<float> logits) const;
    int32_t draw(std::span<const float> logits, double uniform);

    SamplingParams m_params;
    std::unordered_map<int32_t, int32_t> m_generated;  // token -> times generated
    std::unordered_map<int32_t, int32_t> m_seen;       // token -> times in prompt or answer
    std::vector<float> m_adjusted;
    std::vector<std::pair<float, int32_t>> m_candidates;  // adjusted logit, token
};

}  // namespace hearth::engine
