// The ops of attention and its caches; the others are in ops.cpp.
#include "core/assert.h"
#include "engine/ops/latent_page.h"
#include "engine/ops/ops.h"
#include "engine/ops/tensor_checks.h"

namespace hearth::engine::ops {
namespace {

/// Rows of a cache: F32, BF16, or a part of the int8 cache of MLA.
bool isCache(const Tensor& t, int64_t width) {
    if (t.defined() && t.dtype() == DType::U8)
        return t.rank() == 2 && width % 4 == 0 && t.dim(1) == latentPartWidth(width);
    return t.defined() && (t.dtype() == DType::F32 || t.dtype() == DType::BF16) && t.rank() == 2 &&
           t.dim(1) == width && t.layout() == Layout::RowMajor;
}

/// All of the int8 cache, whose keys are not selected.
bool isLatentCache(const MlaDecodeParams& p) {
    const int64_t rank = p.kv_lora_rank, ropeDim = p.qk_rope_head_dim;
    return p.cache.defined() && p.cache.dtype() == DType::U8 && p.cache.contiguous() &&
           p.cache.dim(1) == latentRowWidth(rank, ropeDim) && fitsLatentPage(rank, ropeDim) &&
           p.page_tokens == kLatentPageTokens && !p.selected.defined();
}

bool isExpanded(const Tensor& t, int64_t tokens, const ExpandedShape& shape) {
    return t.defined() && t.dtype() == DType::U8 && t.rank() == 2 && t.contiguous() &&
           t.dim(1) == shape.pageBytes() && t.dim(0) >= ExpandedShape::pages(tokens);
}

bool segmentInside(const AttentionSegment& s, int64_t queries, int64_t keys) {
    return s.q_begin >= 0 && s.q_len >= 0 && s.q_begin + s.q_len <= queries && s.k_begin >= 0 &&
           s.k_len >= s.q_len && s.k_begin + s.k_len <= keys;
}

}  // namespace

void causalAttention(Backend& backend, const CausalAttentionParams& p) {
    CORE_ASSERT(p.heads >= 1 && isActivation(p.q) && isActivation(p.k) && isActivation(p.v));
    const int64_t group = p.heads / p.keyHeads();
    CORE_ASSERT(p.heads % p.keyHeads() == 0 && p.window >= 0);
    CORE_ASSERT(p.q.dim(1) % p.heads == 0 && p.k.dim(1) * group == p.q.dim(1));
    CORE_ASSERT(p.v.dim(1) % p.keyHeads() == 0 && p.v.dim(0) == p.k.dim(0));
    CORE_ASSERT(isMatrix(p.out, p.q.dim(0), p.v.dim(1) * group));
    CORE_ASSERT(!p.sinks.defined() || isVector(p.sinks, DType::F32, p.heads));
    CORE_ASSERT(!p.lse.defined() || isMatrix(p.lse, p.q.dim(0), p.heads));
    for (const AttentionSegment& segment : p.segments)
        CORE_ASSERT(segmentInside(segment, p.q.dim(0), p.k.dim(0)));
    backend.causalAttention(p);
}

void cacheWrite(Backend& backend, const CacheWriteParams& p) {
    CORE_ASSERT(isActivation(p.rows) && isCache(p.cache, p.rows.dim(1)));
    CORE_ASSERT(isVector(p.slots, DType::I32, p.rows.dim(0)));
    backend.cacheWrite(p);
}

void cacheGather(Backend& backend, const CacheGatherParams& p) {
    CORE_ASSERT(isActivation(p.out) && isCache(p.cache, p.out.dim(1)));
    CORE_ASSERT(p.page_tokens > 0 && p.length >= 0 && p.out.dim(0) == p.length);
    CORE_ASSERT(p.page_table.defined() && p.page_table.dtype() == DType::I32 &&
                p.page_table.rank() == 1);
    CORE_ASSERT(p.page_table.dim(0) * p.page_tokens >= p.length);
    backend.cacheGather(p);
}

void mlaDecode(Backend& backend, const MlaDecodeParams& p) {
    CORE_ASSERT(isActivation(p.q_latent) && isActivation(p.q_rope));
    const int64_t tokens = p.q_latent.dim(0);
    CORE_ASSERT(p.heads >= 1 && p.page_tokens > 0);
    CORE_ASSERT(p.q_latent.dim(1) == p.heads * p.kv_lora_rank);
    CORE_ASSERT(p.q_rope.dim(0) == tokens &&
                p.q_rope.dim(1) >= (p.heads - 1) * p.q_rope_head_stride + p.qk_rope_head_dim);
    CORE_ASSERT(isLatentCache(p) || (p.cache.dtype() != DType::U8 &&
                                     isCache(p.cache, p.kv_lora_rank + p.qk_rope_head_dim)));
    CORE_ASSERT(isIntMatrix(p.page_tables) && isVector(p.sequences, DType::I32, tokens));
    CORE_ASSERT(isVector(p.lengths, DType::I32, tokens));
    CORE_ASSERT(!p.selected.defined() || (isIntMatrix(p.selected) && p.selected.dim(0) == tokens));
    CORE_ASSERT(isMatrix(p.out, tokens, p.heads * p.kv_lora_rank));
    backend.mlaDecode(p);
}

void expandKeys(Backend& backend, const ExpandKeysParams& p) {
    CORE_ASSERT(p.shape.fits() && isActivation(p.kv));
    CORE_ASSERT(p.kv.dim(1) == p.shape.heads * (p.shape.key + p.shape.value));
    CORE_ASSERT(isMatrix(p.rope, p.kv.dim(0), p.shape.rope));
    CORE_ASSERT(p.first >= 0 && p.first % kLatentPageTokens == 0);
    CORE_ASSERT(isExpanded(p.out, p.first + p.kv.dim(0), p.shape));
    backend.expandKeys(p);
}

void expandedAttention(Backend& backend, const ExpandedAttentionParams& p) {
    CORE_ASSERT(p.shape.fits() && isActivation(p.q));
    CORE_ASSERT(p.q.dim(1) == p.shape.heads * (p.shape.key + p.shape.rope));
    CORE_ASSERT(isMatrix(p.out, p.q.dim(0), p.shape.heads * p.shape.value));
    CORE_ASSERT(p.k_len >= p.q.dim(0) && isExpanded(p.keys, p.k_len, p.shape));
    backend.expandedAttention(p);
}

void selectKeys(Backend& backend, const SelectKeysParams& p) {
    CORE_ASSERT(isActivation(p.q) && isActivation(p.weights));
    const int64_t tokens = p.q.dim(0);
    CORE_ASSERT(p.heads >= 1 && p.page_tokens > 0 && p.q.dim(1) % p.heads == 0);
    CORE_ASSERT(isMatrix(p.weights, tokens, p.heads));
    CORE_ASSERT(isCache(p.keys, p.q.dim(1) / p.heads));
    CORE_ASSERT(isIntMatrix(p.page_tables) && isVector(p.sequences, DType::I32, tokens));
    CORE_ASSERT(isVector(p.lengths, DType::I32, tokens));
    CORE_ASSERT(isIntMatrix(p.selected) && p.selected.dim(0) == tokens);
    backend.selectKeys(p);
}

void pagedAttention(Backend& backend, const PagedAttentionParams& p) {
    CORE_ASSERT(isActivation(p.q) && p.page_tokens > 0 && p.window >= 0);
    CORE_ASSERT(p.heads >= 1 && p.kv_heads >= 1 && p.heads % p.kv_heads == 0);
    CORE_ASSERT(p.q.dim(1) % p.heads == 0);
    CORE_ASSERT(isCache(p.cache, 2 * p.kv_heads * (p.q.dim(1) / p.heads)));
    CORE_ASSERT(isMatrix(p.out, p.q.dim(0), p.q.dim(1)) && isIntMatrix(p.page_tables));
    CORE_ASSERT(!p.sinks.defined() || isVector(p.sinks, DType::F32, p.heads));
    for (const PagedSegment& s : p.segments) {
        CORE_ASSERT(s.q_begin >= 0 && s.q_len >= 1 && s.q_begin + s.q_len <= p.q.dim(0));
        CORE_ASSERT(s.k_len >= s.q_len && s.k_len <= p.page_tables.dim(1) * p.page_tokens);
        CORE_ASSERT(s.sequence >= 0 && s.sequence < p.page_tables.dim(0));
    }
    backend.pagedAttention(p);
}

}  // namespace hearth::engine::ops
