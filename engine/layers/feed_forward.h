// The two feed-forward blocks of a decoder layer: dense, and mixture of experts.
#pragma once
#include <cstdint>

#include "engine/layers/linear.h"

namespace hearth::engine {

/// down(silu(gate(x)) * up(x)).
struct DenseMlp {
    Linear gate_up;  // rows: gate | up
    Linear down;
    float residual_multiplier = 1.0f;

    /// residual += residual_multiplier * mlp(x). x: [T, H] normalised.
    void forward(const LayerContext& context, const Tensor& x, const Tensor& residual) const;
};

/// Routed experts, and shared experts that every token passes.
/// Source: DeepSeek-V3 (arXiv 2412.19437), section 2.1.2; RouterParams for the other routers.
struct MoeMlp {
    int64_t layer = 0;     // for the observer
    RouterParams routing;  // its scalars; tensors are filled in a step
    int64_t experts = 0;
    int64_t experts_per_token = 0;
    Tensor gate;         // [E, H] packed
    Tensor logits_bias;  // [E] F32 or undefined
    Tensor bias;         // [E] F32 correction bias of the choice, or undefined
    Linear gate_up;      // [E, 2I, H]
    Linear down;         // [E, H, I]
    float swiglu_limit = 0.0f;
    float residual_multiplier = 1.0f;
    bool has_shared = false;
    DenseMlp shared;

    /// residual += residual_multiplier * moe(x). x: [T, H] normalised.
    void forward(const LayerContext& context, const Tensor& x, const Tensor& residual) const;

private:
    RouterParams route(const LayerContext& context, const Tensor& x) const;
    ExpertGroups group(const LayerContext& context, const Tensor& experts) const;
};

}  // namespace hearth::engine
