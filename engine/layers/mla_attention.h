// Multi-head latent attention. The cache holds one row a token: the normalised latent and the
// rotated rope key that all heads share. Source: DeepSeek-V2 (arXiv 2405.04434), section 2.1.
#pragma once
#include <cstdint>
#include <optional>

#include "engine/layers/key_indexer.h"
#include "engine/layers/linear.h"

namespace hearth::engine {

struct MlaShape {
    int64_t heads = 0;
    int64_t q_lora_rank = 0;  // 0: queries come straight from the hidden state
    int64_t kv_lora_rank = 0;
    int64_t qk_nope_head_dim = 0;
    int64_t qk_rope_head_dim = 0;
    int64_t v_head_dim = 0;
    bool rope_interleave = true;
    float scale = 1.0f;

    int64_t qkHeadDim() const { return qk_nope_head_dim + qk_rope_head_dim; }
    /// Latent and rope key; an index key may follow in the cache.
    int64_t latentWidth() const { return kv_lora_rank + qk_rope_head_dim; }
};

struct MlaAttention {
    MlaShape shape;
    Linear qkv_a;   // rows: q_a (or q) | latent | rope key
    Tensor q_norm;  // [q_lora_rank] or undefined
    Tensor latent_norm;
    Linear q_b;       // unless q_lora_rank is 0
    Linear kv_b;      // [heads * (nope + v), kv_lora_rank]: prefill's keys and values
    Tensor k_absorb;  // [heads, kv_lora_rank, nope]: decode's queries into the latent space
    Tensor v_absorb;  // [heads, v, kv_lora_rank]: decode's context out of it
    Linear o;
    std::optional<KeyIndexer> indexer;  // sparse attention: prefill is absorbed as well
    float residual_multiplier = 1.0f;

    /// residual += residual_multiplier * attention(x). x: [T, H] normalised; cache: this layer's
    /// pages.
    void forward(const LayerContext& context, const Tensor& x, const Tensor& cache,
                 const Tensor& residual) const;

private:
    struct CacheParts {
        Tensor latent, rope;
    };
    CacheParts partsOf(const Tensor& cache) const;
    Tensor queryLatent(const LayerContext& context, const Tensor& qkv) const;
    Tensor queries(const LayerContext& context, const Tensor& latent) const;
    void writeCache(const LayerContext& context, const Tensor& qkv, const Tensor& cache) const;
    void prefill(const LayerContext& context, const Tensor& q, const Tensor& cache,
                 const Tensor& out) const;
    /// q: the batch's rows from firstToken on.
    void absorbed(const LayerContext& context, const Tensor& q, int64_t firstToken,
                  const Tensor& cache, const Tensor& selected, const Tensor& out) const;
    ExpandedShape expandedShape() const;
    Tensor makeKeys(const LayerContext& context, int64_t tokens) const;
    Tensor* keptKeys(const LayerContext& context, const PrefillSequence& sequence) const;
    void expandedPrefill(const LayerContext& context, const Tensor& q, const Tensor& cache,
                         const Tensor& out) const;
    void expand(const LayerContext& context, const PrefillSequence& sequence, const Tensor& cache,
                int64_t begin, int64_t end, const Tensor& keys) const;
    Tensor keys(const LayerContext& context, const Tensor& rows, const Tensor& kv) const;
    Tensor latentQueries(const LayerContext& context, const Tensor& q, const Tensor& owners) const;
    void valuesOfLatent(const LayerContext& context, const Tensor& latent, const Tensor& owners,
                        const Tensor& out) const;
};

}  // namespace hearth::engine
