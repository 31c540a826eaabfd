// Gradient of engine::ops::causalAttention.
#pragma once
#include <span>

#include "engine/cpu/thread_pool.h"
#include "engine/ops/op_params.h"

namespace hearth::finetune {

/// Probabilities are recomputed from lse, block by block, so that no [q, k] matrix is kept.
struct CausalAttentionBackwardParams {
    engine::Tensor q;       // [T, heads * qk_dim]
    engine::Tensor k;       // [S, kv_heads * qk_dim]
    engine::Tensor v;       // [S, kv_heads * v_dim]
    engine::Tensor sinks;   // [heads], as given to the forward op, or undefined
    engine::Tensor out;     // [T, heads * v_dim], of the forward op
    engine::Tensor lse;     // [T, heads], of the forward op
    engine::Tensor dout;    // [T, heads * v_dim]
    engine::Tensor dq;      // like q, overwritten in the segments' rows
    engine::Tensor dk;      // like k, likewise
    engine::Tensor dv;      // like v, likewise
    engine::Tensor dsinks;  // [heads] or undefined; added to
    std::span<const engine::AttentionSegment> segments;  // disjoint in queries and in keys
    int64_t heads = 0;
    int64_t kv_heads = 0;  // 0: one for each head
    int64_t window = 0;    // CausalAttentionParams::window
    float scale = 1.0f;
    /// BF16: of the products of gradients; scores are F32 as in the forward pass, and so are sums.
    engine::DType operands = engine::DType::F32;

    int64_t keyHeads() const { return kv_heads > 0 ? kv_heads : heads; }
};

void causalAttentionBackward(engine::ThreadPool& pool, const CausalAttentionBackwardParams& params);

}  // namespace hearth::finetune
