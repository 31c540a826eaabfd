// Parameters of every forward op. Serving and training call the same ops; backward ops
// mirror these names in finetune/ops/.
//
// Conventions: T tokens of a step, S keys, H hidden, E experts, k experts per token.
// Activations are F32. Rank-2 activations may be column views (a row stride larger than the
// row). Weights are [out, in] as in Hugging Face checkpoints: F32, BF16 or F16, row-major
// or packed, or Q8 or Q4 packed. Every op computes in F32, but products with Q8 and Q4 weights and
// attention over the int8 cache multiply integers of 8 bits. The value of an output element depends
// only on its own row of the inputs, never on how many rows share the call (batch invariance).
#pragma once
#include <cstdint>
#include <span>

#include "engine/ops/attention_params.h"
#include "engine/tensor.h"

namespace hearth::engine {

struct EmbeddingParams {
    Tensor table;        // [vocab, H] F32, BF16 or F16, row-major
    Tensor ids;          // [T] I32, each in [0, vocab)
    Tensor out;          // [T, H]
    float scale = 1.0f;  // out = scale * table[id]
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
    Tensor x;       // [T, groups * H]
    Tensor weight;  // [H] F32
    Tensor out;     // [T, groups * H]; may be x
    float eps = 1e-6f;
    int64_t groups = 1;  // parts of a row (heads), each normalised by itself
};

/// out = (x - mean) / sqrt(variance + eps) * weight + bias, row by row.
struct LayerNormParams {
    Tensor x;       // [T, H]
    Tensor weight;  // [H] F32
    Tensor bias;    // [H] F32
    Tensor out;     // [T, H]; may be x
    float eps = 1e-6f;
};

/// x[row] += bias, or += bias[expert(row)] for rows sorted by expert.
struct AddBiasParams {
    Tensor x;        // [T, W], in place
    Tensor bias;     // [W] F32, or [E, W] with offsets
    Tensor offsets;  // [E+1] I32 (ExpertGroups::offsets) or undefined
};

/// x[i] = 0 for every row whose token belongs to another owner.
struct KeepRowsParams {
    Tensor x;       // [N, W], in place
    Tensor owners;  // [T] I32: owner of each token
    Tensor tokens;  // [N] I32: the row's token; undefined: the row itself (N = T)
    int32_t owner = 0;
};

/// x[row] *= factors, or factors[expert(row)] for rows sorted by expert; rows whose token belongs
/// to another owner stay.
struct ScaleColumnsParams {
    Tensor x;        // [N, W], in place
    Tensor factors;  // [W] F32, or [E, W] with offsets
    Tensor offsets;  // [E+1] I32 (ExpertGroups::offsets) or undefined
    Tensor owners;   // [T] I32: owner of each token; undefined: every row is meant
    Tensor tokens;   // [N] I32: the row's token; undefined: the row itself (N = T)
    int32_t owner = 0;
};

/// x *= factor.
struct ScaleParams {
    Tensor x;  // [T, W], in place
    float factor = 1.0f;
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

/// out = silu(gate) * up; gate = x[:, :I], up = x[:, I:]. With a limit, as gpt-oss:
/// gate <= limit, -limit <= up <= limit, out = (up + 1) * gate * sigmoid(1.702 * gate).
struct SwigluParams {
    Tensor x;    // [T, 2*I]
    Tensor out;  // [T, I]
    float limit = 0.0f;
};

/// SoftmaxOfChosen: the k largest logits are chosen, and only they share the softmax.
enum class RouterScoring : uint8_t { Sigmoid, Softmax, SoftmaxOfChosen };
/// A group of experts counts as its two best choices together, or as its best.
enum class GroupScoring : uint8_t { TopTwoSum, Max };

/// Picks experts: score = scoring(logits); choice = score + bias; only the topk_group groups of
/// the best group score stay (others -inf); weights are the unbiased scores of the k best,
/// divided by (sum + 1e-20) when norm_topk_prob, times routed_scaling_factor. Result sorted by
/// choice, largest first, ties to the lower index. Source: DeepSeek-V2 and -V3.
struct RouterParams {
    Tensor logits;   // [T, E]
    Tensor bias;     // [E] F32 or undefined
    Tensor experts;  // [T, k] I32, out
    Tensor weights;  // [T, k] F32, out
    RouterScoring scoring = RouterScoring::Sigmoid;
    GroupScoring group_scoring = GroupScoring::TopTwoSum;
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

/// out[t] += scale * the sum over the token's choices, in choice order, of
/// weights[t, j] * rows[r(t, j)]; scale goes into the weights.
struct CombineExpertsParams {
    Tensor rows;      // [T*k, H] in sorted order
    Tensor row_pair;  // [T*k] I32
    Tensor weights;   // [T, k]
    Tensor out;       // [T, H]
    float scale = 1.0f;
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
