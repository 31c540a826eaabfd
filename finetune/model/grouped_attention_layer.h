// Attention with keys and values for groups of query heads, with a backward pass.
#pragma once
#include <string>

#include "finetune/model/linear.h"

namespace hearth::finetune {

/// What the backward pass needs of a forward pass.
struct GroupedActivations {
    engine::Tensor q_raw;    // [T, heads * head_dim], before its norm; undefined without norms
    engine::Tensor k_raw;    // [T, kv_heads * head_dim], likewise
    engine::Tensor q;        // as q_raw, normed and rotated
    engine::Tensor k;        // as k_raw, likewise
    engine::Tensor v;        // [T, kv_heads * head_dim]
    engine::Tensor context;  // [T, heads * head_dim]
    engine::Tensor lse;      // [T, heads]
};

class GroupedAttentionLayer {
public:
    /// path: "model.layers.0.self_attn."
    GroupedAttentionLayer(const ModelParameters& parameters, const engine::ModelConfig& config,
                          const std::string& path, int64_t layer);

    /// out += attention(x). x: [T, H], normed.
    GroupedActivations forward(const StepContext& step, const engine::Tensor& x,
                               const engine::Tensor& out) const;
    /// dx = gradient of x, unless dx is undefined.
    void backward(const StepContext& step, const engine::Tensor& x, const GroupedActivations& kept,
                  const engine::Tensor& dout, const engine::Tensor& dx) const;

private:
    /// A projection with what follows it.
    struct Projection {
        Linear linear;
        Weight bias;  // undefined: none
        Weight norm;  // undefined: none
        int64_t heads = 0;
    };
    Projection projection(const ModelParameters& parameters, const std::string& path,
                          const std::string& name, int64_t heads) const;
    /// raw: set to the values before the norm where there is one.
    engine::Tensor forwardHeads(const StepContext& step, const Projection& p,
                                const engine::Tensor& x, engine::Tensor& raw) const;
    void backwardHeads(const StepContext& step, const Projection& p, const engine::Tensor& x,
                       const engine::Tensor& raw, const engine::Tensor& d, const engine::Tensor& dx,
                       bool accumulateDx) const;
    void rotate(const StepContext& step, const engine::Tensor& x, int64_t heads,
                bool inverse) const;
    /// [T, heads * head_dim] as rows that share a norm's weight.
    engine::Tensor normRows(const Projection& p, const engine::Tensor& x) const;

    engine::ModelConfig m_config;
    int64_t m_window;
    Projection m_q, m_k, m_v;
    Linear m_o;
    Weight m_oBias;
    Weight m_sinks;
};

}  // namespace hearth::finetune
