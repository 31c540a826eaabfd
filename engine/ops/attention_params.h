// Parameters of the ops of attention and of its caches; conventions as in engine/ops/op_params.h.
#pragma once
#include <cstdint>
#include <span>

#include "engine/ops/expanded_page.h"
#include "engine/tensor.h"

namespace hearth::engine {

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
    Tensor q;      // [T, heads * qk_dim]
    Tensor k;      // [S, kv_heads * qk_dim]
    Tensor v;      // [S, kv_heads * v_dim]
    Tensor sinks;  // PagedAttentionParams::sinks
    Tensor out;    // [T, heads * v_dim]
    Tensor lse;    // [T, heads] or undefined: log-sum-exp, the sink's logit included; for backward
    std::span<const AttentionSegment> segments;  // host memory
    int64_t heads = 0;
    int64_t kv_heads = 0;  // head h reads key head h / (heads / kv_heads); 0: one for each
    int64_t window = 0;    // of a segment's positions: i sees keys j > i - window; 0: all
    float scale = 1.0f;

    int64_t keyHeads() const { return kv_heads > 0 ? kv_heads : heads; }
};

/// Writes one row a token into the paged cache. Slot = page * page_tokens + offset.
struct CacheWriteParams {
    Tensor rows;   // [T, width]
    Tensor slots;  // [T] I32
    /// [pages * page_tokens, width] F32 or BF16, which may be a column view; or a part of the int8
    /// cache (engine/ops/latent_page.h).
    Tensor cache;
};

/// Reads the first `length` rows of one sequence back in order.
struct CacheGatherParams {
    Tensor cache;       // as CacheWriteParams'
    Tensor page_table;  // [>= ceil(length / page_tokens)] I32
    int64_t page_tokens = 0;
    int64_t length = 0;
    Tensor out;  // [length, width] F32
};

/// Quantises rebuilt keys and values for expandedAttention.
struct ExpandKeysParams {
    Tensor kv;          // [T, heads * (key + value)]: each head's key and then its value
    Tensor rope;        // [T, rope]
    Tensor out;         // engine/ops/expanded_page.h
    int64_t first = 0;  // token of row 0, a multiple of kLatentPageTokens
    ExpandedShape shape;
};

/// Causal attention of a prompt's tokens in 8 bits: query i sees keys j <= k_len - T + i.
/// Scores, weights and their sums with the values are integers within a page or a chunk of keys,
/// counted from key 0: a query's bits depend on nothing but the keys that it sees.
struct ExpandedAttentionParams {
    Tensor q;     // [T, heads * (key + rope)]
    Tensor keys;  // engine/ops/expanded_page.h, of at least k_len tokens
    Tensor out;   // [T, heads * value]
    int64_t k_len = 0;
    ExpandedShape shape;
    float scale = 1.0f;
};

/// Absorbed MLA: each query attends to the latent rows of its own sequence, all that it sees or
/// only the selected ones.
/// score = (q_latent . latent + q_rope . rope_key) * scale; out = sum softmax * latent.
/// Over a BF16 cache queries and softmax weights are rounded to BF16 too, sums are F32, and
/// subnormal numbers count as zeros; rows lie one after the other as they were written, since one
/// product takes pairs of columns and the other pairs of rows.
struct MlaDecodeParams {
    Tensor q_latent;  // [T, heads * kv_lora_rank]
    Tensor q_rope;    // [T, >=...]; head h starts at h*q_rope_head_stride
    int64_t q_rope_head_stride = 0;
    Tensor cache;  // [pages * page_tokens, kv_lora_rank + qk_rope_head_dim], column view; or int8
    Tensor page_tables;  // [sequences, max_pages] I32
    Tensor sequences;    // [T] I32: the token's row of page_tables
    Tensor lengths;      // [T] I32: keys visible to the token, itself included
    Tensor selected;     // [T, top_k] I32 of SelectKeys, or undefined: every visible key
    int64_t page_tokens = 0;
    int64_t heads = 0;
    int64_t kv_lora_rank = 0;
    int64_t qk_rope_head_dim = 0;
    Tensor out;  // [T, heads * kv_lora_rank]
    float scale = 1.0f;
};

/// DeepSeek-V3.2's indexer: score(i, j) = sum over heads of weights[i, h] * relu(q[i, h] . key[j])
/// for every visible key; the top_k best stay, ties to the lower position.
struct SelectKeysParams {
    Tensor q;            // [T, heads * dim]
    Tensor weights;      // [T, heads], scale factors included
    Tensor keys;         // [pages * page_tokens, dim], a column view of the cache
    Tensor page_tables;  // [sequences, max_pages] I32
    Tensor sequences;    // [T] I32
    Tensor lengths;      // [T] I32
    int64_t page_tokens = 0;
    int64_t heads = 0;
    Tensor selected;  // [T, top_k] I32, out: positions, ascending; -1 after the last one
};

/// One sequence's tokens in a PagedAttention call.
struct PagedSegment {
    int64_t q_begin = 0;  // first query row
    int64_t q_len = 0;
    int64_t k_len = 0;     // cached tokens; query i sees keys j <= k_len - q_len + i
    int64_t sequence = 0;  // row of page_tables
};

/// Attention of grouped queries over paged keys and values, prefill and decode alike. Head h
/// reads key head h / (heads / kv_heads). A query's bits depend on its own row and the keys that
/// it sees, not on how many queries share the call.
struct PagedAttentionParams {
    Tensor q;            // [T, heads * head_dim]
    Tensor cache;        // [pages * page_tokens, 2 * kv_heads * head_dim]: keys | values
    Tensor page_tables;  // [sequences, max_pages] I32
    Tensor sinks;  // [heads] F32: a logit that joins the softmax and adds no value; or undefined
    Tensor out;    // [T, heads * head_dim]
    std::span<const PagedSegment> segments;  // host memory
    int64_t page_tokens = 0;
    int64_t heads = 0;
    int64_t kv_heads = 0;
    int64_t window = 0;  // position i sees keys j > i - window; 0: all
    float scale = 1.0f;
};

}  // namespace hearth::engine
