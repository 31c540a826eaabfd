// Multi-token prediction: one more decoder layer that drafts the token after next.
// Source: DeepSeek-V3 (arXiv 2412.19437), section 2.2.
#pragma once
#include <span>

#include "engine/layers/decoder_layer.h"

namespace hearth::engine {

struct MtpModule {
    Tensor embedding_norm;  // enorm
    Tensor hidden_norm;     // hnorm
    Linear eh_proj;         // [H, 2H]: normalised embedding of the next token | hidden state
    DecoderLayer block;
    Tensor head_norm;
    Tensor embedding;  // undefined: the main model's
    Linear head;       // weight undefined: the main model's

    /// Draft logits [T, vocab]: row i predicts token i + 2. main_hidden: [T, H] after the
    /// main model's final norm, for the context's tokens; next: the token after each of them.
    /// cache: pages for the block, as in the context's batch.
    Tensor logits(const LayerContext& context, const Tensor& main_embedding,
                  const Linear& main_head, const Tensor& main_hidden, std::span<const int32_t> next,
                  const Tensor& cache) const;
};

}  // namespace hearth::engine
