// Attention with keys and values of their own for groups of query heads (MHA, GQA, MQA). The
// cache holds one row a token: the rotated keys, then the values.
#pragma once
#include <cstdint>

#include "engine/layers/linear.h"
#include "engine/models/model_config.h"

namespace hearth::engine {

struct GroupedShape {
    int64_t heads = 0;
    int64_t kv_heads = 0;
    int64_t head_dim = 0;
    int64_t window = 0;  // PagedAttentionParams::window
    bool rope_interleave = false;
    QkNorm qk_norm = QkNorm::None;
    float norm_eps = 1e-6f;
    float scale = 1.0f;

    int64_t queryWidth() const { return heads * head_dim; }
    int64_t keyWidth() const { return kv_heads * head_dim; }
};

struct GroupedAttention {
    GroupedShape shape;
    Linear qkv;     // rows: q | k | v
    Tensor q_norm;  // [head_dim], or [heads * head_dim] for QkNorm::WholeProjection
    Tensor k_norm;
    Tensor sinks;  // [heads] or undefined
    Linear o;
    float residual_multiplier = 1.0f;

    /// residual += residual_multiplier * attention(x). x: [T, H] normalised; cache: this layer's
    /// pages.
    void forward(const LayerContext& context, const Tensor& x, const Tensor& cache,
                 const Tensor& residual) const;

private:
    void normalise(const LayerContext& context, const Tensor& x, const Tensor& weight,
                   int64_t heads) const;
    void rotate(const LayerContext& context, const Tensor& x, int64_t heads) const;
};

}  // namespace hearth::engine
