// What the serving engine says of a text, for comparison with the trainer.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "core/result.h"
#include "engine/models/model.h"

namespace hearth::finetune {

struct ServedText {
    /// Of the tokens 1, 2, ..., each after those before it; then, as often, of drawn tokens in
    /// their place. What a model is sure of hardly moves; what it does not expect moves as the
    /// logits do.
    std::vector<double> logps;
    std::vector<char> answers;  // of each, whether it was computed by the arithmetic of answers
    /// Experts of all tokens, as PackedBatch::routing; empty without routed experts.
    std::vector<std::vector<int32_t>> routing;
    double largest_logit = 0.0;
};

/// The token drawn in the place of token i + 1.
int32_t drawnToken(std::span<const int32_t> ids, size_t i, int64_t vocabSize);

/// Runs the first half of the text as a prompt and the second with the arithmetic of answers, so
/// that what only one of the two computes counts, too. The cache is F32. adapter: null for the
/// base. REQUIRES: at least two ids, within the model's context.
core::Result<ServedText> serveText(engine::Backend& backend, engine::Model& model,
                                   const engine::Adapter* adapter, std::span<const int32_t> ids);

}  // namespace hearth::finetune
