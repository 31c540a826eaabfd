// Multi-token prediction: one more decoder layer that drafts the token after next.
// Source: DeepSeek-V3 (arXiv 2412.19437), section 2.2.
#pragma once
#include <span>

#include "engine/layers/decoder_layer.h"
#include "engine/models/model.h"

namespace hearth::engine {

/// Row i of a batch stands for a position whose token was run by the main model, and for the token
/// after it; it predicts the one after that.
struct MtpModule {
    Tensor embedding_norm;  // enorm
    Tensor hidden_norm;     // hnorm
    Linear eh_proj;         // [H, 2H]: normalised embedding of the next token | hidden state
    DecoderLayer block;
    Tensor head_norm;
    Tensor embedding;  // undefined: the main model's
    Linear head;       // weight undefined: the main model's

    /// Fills the left half of joined, [T, 2H], with what the batch's ids, the next tokens, embed
    /// to.
    void embed(const LayerContext& context, const Tensor& main_embedding,
               const Tensor& joined) const;
    /// Fills the right half from row `first` on. states: [n, H] each, after the main model's final
    /// norm.
    void addStates(const LayerContext& context, std::span<const Tensor> states, int64_t first,
                   const Tensor& joined) const;
    /// A new tensor [T, H]. cache: pages for the block, as in the context's batch.
    Tensor forward(const LayerContext& context, const Tensor& joined, const Tensor& cache) const;
    /// Of the rows whose logits the batch wants.
    Draft draft(const LayerContext& context, const Tensor& hidden, const Linear& main_head) const;
};

}  // namespace hearth::engine
