// One transformer layer: attention and feed-forward, each on the normalised residual stream.
#pragma once
#include <variant>

#include "engine/layers/feed_forward.h"
#include "engine/layers/grouped_attention.h"
#include "engine/layers/mla_attention.h"

namespace hearth::engine {

/// A new tensor: x / rms(x) * weight.
Tensor normalised(const LayerContext& context, const Tensor& x, const Tensor& weight, float eps);

struct DecoderLayer {
    Tensor input_norm;
    Tensor post_attention_norm;
    float norm_eps = 1e-6f;
    std::variant<MlaAttention, GroupedAttention> attention;
    std::variant<DenseMlp, MoeMlp> mlp;

    /// hidden: [T, H], the residual stream, updated in place.
    void forward(const LayerContext& context, const Tensor& hidden, const Tensor& cache) const;
};

}  // namespace hearth::engine
