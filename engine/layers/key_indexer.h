// DeepSeek-V3.2's lightning indexer: a small attention of its own that picks, for every query,
// the keys that MLA attends to. Its keys lie in the cache beside the latent rows.
// Source: DeepSeek-V3.2-Exp's report; Hugging Face's version (no Hadamard, no FP8).
#pragma once
#include <cstdint>

#include "engine/layers/linear.h"

namespace hearth::engine {

struct KeyIndexer {
    int64_t heads = 0;
    int64_t head_dim = 0;  // the rope part comes first and turns half-split
    int64_t top_k = 0;
    Linear wq_b;  // [heads * head_dim, q_lora_rank]
    Linear wk;    // [head_dim, H]
    Tensor k_norm_weight;
    Tensor k_norm_bias;
    Linear weights_proj;  // [heads, H]

    /// Writes the step's index keys to `cache` ([slots, head_dim], a column view) and returns
    /// positions [T, top_k] as SelectKeys defines them. x: [T, H] normalised; queryLatent:
    /// [T, q_lora_rank] normalised.
    Tensor select(const LayerContext& context, const Tensor& x, const Tensor& queryLatent,
                  const Tensor& cache) const;
};

}  // namespace hearth::engine
