// Multi-head latent attention with a backward pass; keys and values are materialised.
#pragma once
#include <optional>
#include <string>

#include "finetune/model/linear.h"

namespace hearth::finetune {

/// What the backward pass needs of a forward pass.
struct AttentionActivations {
    engine::Tensor q_a;       // [T, q_lora_rank], before its norm; undefined without q_lora_rank
    engine::Tensor q_normed;  // same, after it
    engine::Tensor q;         // [T, heads * qk_dim], rotated
    engine::Tensor kv_a;      // [T, kv_lora_rank + rope], rope key rotated
    engine::Tensor latent;    // [T, kv_lora_rank], normed
    engine::Tensor k;         // [T, heads * qk_dim]
    engine::Tensor v;         // [T, heads * v_head_dim]
    engine::Tensor context;   // [T, heads * v_head_dim]
    engine::Tensor lse;       // [T, heads]
};

class AttentionLayer {
public:
    /// path: "model.layers.0.self_attn."
    AttentionLayer(const ModelParameters& parameters, const engine::ModelConfig& config,
                   const std::string& path);

    /// out += attention(x). x: [T, H], normed.
    AttentionActivations forward(const StepContext& step, const engine::Tensor& x,
                                 const engine::Tensor& out) const;
    /// dx = gradient of x, unless dx is undefined.
    void backward(const StepContext& step, const engine::Tensor& x,
                  const AttentionActivations& kept, const engine::Tensor& dout,
                  const engine::Tensor& dx) const;

private:
    void forwardQuery(const StepContext& step, const engine::Tensor& x,
                      AttentionActivations& kept) const;
    void forwardKeyValue(const StepContext& step, const engine::Tensor& x,
                         AttentionActivations& kept) const;
    void backwardQuery(const StepContext& step, const engine::Tensor& x,
                       const AttentionActivations& kept, const engine::Tensor& dq,
                       const engine::Tensor& dx) const;
    void backwardKeyValue(const StepContext& step, const engine::Tensor& x,
                          const AttentionActivations& kept, const engine::Tensor& dk,
                          const engine::Tensor& dv, const engine::Tensor& dx) const;
    void rotateQuery(const StepContext& step, const engine::Tensor& q, bool inverse) const;
    void rotateKey(const StepContext& step, const engine::Tensor& key, bool inverse) const;

    engine::ModelConfig m_config;
    std::optional<Linear> m_qA;  // with q_lora_rank
    Weight m_qANorm;
    Linear m_q;  // q_b_proj, or q_proj
    Linear m_kvA;
    Weight m_kvANorm;
    Linear m_kvB;
    Linear m_o;
};

}  // namespace hearth::finetune
