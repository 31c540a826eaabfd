// Parameters of every forward op. Serving and training call the same ops; backward ops
// mirror these names in finetune/ops/.
//
// Conventions: T tokens of a step, S keys, H hidden, E experts, k experts per token.
// Activations are F32. Rank-2 activations may be column views (a row stride larger than the
// row). Weights are [out, in] as in Hugging Face checkpoints: F32, BF16 or F16, row-major
// or packed. Every op computes in F32; the value of an output element depends only on its
// own row of the inputs, never on how many rows share the call (batch invariance).
#pragma once
#include <cstdint>
#include <span>

#include "engine/tensor.h"

namespace hearth::engine {

struct EmbeddingParams {
    Tensor table;  // [vocab, H] any float dtype
    Tensor ids;    // [T] I32, each in [0, vocab)
    Tensor out;    // [T, H]
};

/// out = x * weight^T, or out += scale * (x * weight^T) when accumulate.
struct MatmulParams {
    Tensor x;       // [T, in]
    Tensor weight;  // [out, in]
    Tensor out;     // [T, out]
    bool accumulate = false;
    float scale = 1.0f;
};

/// out[t, h] = x[t, h] * weight[h]^T for every head; x and out hold heads side by side.
/// Carries MLA's absorption: q_nope to the latent space, latent context to values.
struct PerHeadMatmulParams {
    Tensor x;  // [T, >= (heads-1)*x_head_stride + in]; head h starts at h*x_head_stride
    int64_t x_head_stride = 0;
    Tensor weight;  // [heads, out, in], row-major or packed
    Tensor out;     // [T, heads * out]
};

/// out = x / sqrt(mean(x^2) + eps) * weight, row by row.
struct RmsNormParams {
    Tensor x;       // [T, H]
    Tensor weight;  // [H] F32
    Tensor out;     // [T, H]; may be x
    float eps = 1e-6f;
};

/// Rotates pairs in place by the angle of each token's position.
/// Interleaved pairs are (2j, 2j+1); half-split pairs are (j, j + rope_dim/2).
struct RopeParams {
    Tensor x;          // [T, W]; head h rotates [h*head_stride + head_offset, + rope_dim)
    Tensor positions;  // [T] I32
    Tensor cos;        // [max_positions, rope_dim/2] F32, attention factor included
    Tensor sin;        // same
    int64_t heads = 1;
    int64_t head_stride = 0;
    int64_t head_offset = 0;
    bool interleaved = true;
    bool inverse = false;  // turn backwards (the gradient of the rotation)
};

/// One sequence's slice of an attention call.
struct AttentionSegment {
    int64_t q_begin = 0;  // first query row
    int64_t q_len = 0;
    int64_t k_begin = 0;  // first key row
    int64_t k_len = 0;    // query i of the segment sees keys j <= k_len - q_len + i
};

/// Causal attention over materialised keys and values (prefill and training).
/// No [q, k] score matrix is kept.
struct CausalAttentionParams {
    Tensor q;    // [T, heads * qk_dim]
    Tensor k;    // [S, heads * qk_dim]
    Tensor v;    // [S, heads * v_dim]
    Tensor out;  // [T, heads * v_dim]
    Tensor lse;  // [T, heads] or undefined: log-sum-exp, for backward
    std::span<const AttentionSegment> segments;  // host memory
    int64_t heads = 0;
    float scale = 1.0f;
};

/// Writes one row a token into the paged latent cache. Slot = page * page_tokens + offset.
struct CacheWriteParams {
    Tensor rows;   // [T, width] (kv_lora_rank latent | rope key, rotated)
    Tensor slots;  // [T] I32
    Tensor cache;  // [pages * page_tokens, width] F32 or BF16
};

/// Reads the first `length` rows of one sequence back in order.
struct CacheGatherParams {
    Tensor cache;       // [pages * page_tokens, width]
    Tensor page_table;  // [>= ceil(length / page_tokens)] I32
    int64_t page_tokens = 0;
    int64_t length = 0;
    Tensor out;  // [length, width] F32
};

/// Absorbed MLA decode: each query attends to the latent rows of its own sequence.
/// score = (q_latent . latent + q_rope . rope_key) * scale; out = sum softmax * latent.
struct MlaDecodeParams {
    Tensor q_latent;  // [T, heads * kv_lora_rank]
    Tensor q_rope;    // [T, >=...]; head h starts at h*q_rope_head_stride
    int64_t q_rope_head_stride = 0;
    Tensor cache;        // [pages * page_tokens, kv_lora_rank + qk_rope_head_dim]
    Tensor page_tables;  // [T, max_pages] I32
    Tensor lengths;      // [T] I32: keys visible to the token, itself included
    int64_t page_tokens = 0;
    int64_t heads = 0;
    int64_t kv_lora_rank = 0;
    int64_t qk_rope_head_dim = 0;
    Tensor out;  // [T, heads * kv_lora_rank]
    float scale = 1.0f;
};

/// out = silu(gate) * up; gate = x[:, :I], up = x[:, I:].
struct SwigluParams {
    Tensor x;    // [T, 2*I]
    Tensor out;  // [T, I]
};

enum class RouterScoring : uint8_t { Sigmoid, Softmax };

/// Picks experts as DeepSeek-V3 does: score = scoring(logits); choice = score + bias; a group's
/// score is the sum of its two best choices; only topk_group groups stay (others -inf);
/// weights are the unbiased scores of the k best, divided by (sum + 1e-20) when norm_topk_prob,
/// times routed_scaling_factor. Result sorted by choice, largest first, ties to the lower index.
struct RouterParams {
    Tensor logits;   // [T, E]
    Tensor bias;     // [E] F32 or undefined
    Tensor experts;  // [T, k] I32, out
    Tensor weights;  // [T, k] F32, out
    RouterScoring scoring = RouterScoring::Sigmoid;
    int64_t n_group = 1;
    int64_t topk_group = 1;
    bool norm_topk_prob = true;
    float routed_scaling_factor = 1.0f;
};

/// The (token, choice) pairs of a step sorted by expert; stable in token order.
struct ExpertGroups {
    Tensor row_pair;   // [T*k] I32: sorted row -> token*k + choice
    Tensor row_token;  // [T*k] I32: sorted row -> token
    Tensor offsets;    // [E+1] I32: rows of expert e are [offsets[e], offsets[e+1])
};

struct GroupByExpertParams {
    Tensor experts;       // [T, k] I32
    ExpertGroups groups;  // out
};

/// out[row] = x[source(row)] * weight[expert(row)]^T (accumulating and scaled as in Matmul).
struct GroupedMatmulParams {
    Tensor x;           // [T, in] with gather, else [T*k, in]
    Tensor weight;      // [E, out, in], row-major or packed
    Tensor offsets;     // [E+1] I32
    Tensor row_source;  // [T*k] I32 (ExpertGroups::row_token) or undefined: row itself
    Tensor out;         // [T*k, out]
    bool accumulate = false;
    float scale = 1.0f;
};

/// out[t] += sum over the token's choices, in choice order, of weights[t, j] * rows[r(t, j)].
struct CombineExpertsParams {
    Tensor rows;      // [T*k, H] in sorted order
    Tensor row_pair;  // [T*k] I32
    Tensor weights;   // [T, k]
    Tensor out;       // [T, H]
};

/// out = a + b, element by element; out may be a or b.
struct AddParams {
    Tensor a;    // [T, H]
    Tensor b;    // [T, H]
    Tensor out;  // [T, H]
};

/// out[i] = x[ids[i]].
struct GatherRowsParams {
    Tensor x;    // [T, H]
    Tensor ids;  // [N] I32
    Tensor out;  // [N, H]
};

/// Copies values with conversion between float dtypes and between row strides.
struct CopyParams {
    Tensor x;    // [T, H]
    Tensor out;  // [T, H]
};

}  // namespace hearth::engine
