#include "engine/ops/ops.h"

#include "core/assert.h"
#include "engine/ops/latent_page.h"

namespace hearth::engine::ops {
namespace {

bool isFloat(const Tensor& t) {
    return t.defined() && t.dtype() != DType::I32;
}

bool isMatrix(const Tensor& t, int64_t rows, int64_t columns) {
    return t.defined() && t.dtype() == DType::F32 && t.layout() == Layout::RowMajor &&
           t.rank() == 2 && t.dim(0) == rows && t.dim(1) == columns;
}

bool isVector(const Tensor& t, DType dtype, int64_t length) {
    return t.defined() && t.dtype() == dtype && t.rank() == 1 && t.dim(0) == length;
}

bool isActivation(const Tensor& t) {
    return t.defined() && t.rank() == 2 && isMatrix(t, t.dim(0), t.dim(1));
}

bool isIntMatrix(const Tensor& t) {
    return t.defined() && t.dtype() == DType::I32 && t.rank() == 2;
}

/// Rank 2 or 3 weight whose rows lie without gaps: backends address it as one block.
bool isWeight(const Tensor& t, int rank) {
    return isFloat(t) && t.rank() == rank && (t.layout() == Layout::Packed || t.contiguous());
}

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

void embedding(Backend& backend, const EmbeddingParams& p) {
    CORE_ASSERT(isFloat(p.table) && p.table.rank() == 2 && p.table.layout() == Layout::RowMajor);
    CORE_ASSERT(isActivation(p.out) && p.out.dim(1) == p.table.dim(1));
    CORE_ASSERT(isVector(p.ids, DType::I32, p.out.dim(0)));
    backend.embedding(p);
}

void matmul(Backend& backend, const MatmulParams& p) {
    CORE_ASSERT(isWeight(p.weight, 2) && isActivation(p.x));
    CORE_ASSERT(p.x.dim(1) == p.weight.dim(1));
    CORE_ASSERT(isMatrix(p.out, p.x.dim(0), p.weight.dim(0)));
    backend.matmul(p);
}

void perHeadMatmul(Backend& backend, const PerHeadMatmulParams& p) {
    CORE_ASSERT(isWeight(p.weight, 3) && isActivation(p.x));
    const int64_t heads = p.weight.dim(0);
    CORE_ASSERT(isMatrix(p.out, p.x.dim(0), heads * p.weight.dim(1)));
    CORE_ASSERT(p.x_head_stride >= 0 &&
                p.x.dim(1) >= (heads - 1) * p.x_head_stride + p.weight.dim(2));
    backend.perHeadMatmul(p);
}

void rmsNorm(Backend& backend, const RmsNormParams& p) {
    CORE_ASSERT(isActivation(p.x) && isMatrix(p.out, p.x.dim(0), p.x.dim(1)));
    CORE_ASSERT(p.groups >= 1 && p.x.dim(1) % p.groups == 0);
    CORE_ASSERT(isVector(p.weight, DType::F32, p.x.dim(1) / p.groups));
    backend.rmsNorm(p);
}

void layerNorm(Backend& backend, const LayerNormParams& p) {
    CORE_ASSERT(isActivation(p.x) && isMatrix(p.out, p.x.dim(0), p.x.dim(1)));
    CORE_ASSERT(isVector(p.weight, DType::F32, p.x.dim(1)));
    CORE_ASSERT(isVector(p.bias, DType::F32, p.x.dim(1)));
    backend.layerNorm(p);
}

void addBias(Backend& backend, const AddBiasParams& p) {
    CORE_ASSERT(isActivation(p.x) && p.bias.defined());
    if (p.offsets.defined()) {
        CORE_ASSERT(isMatrix(p.bias, p.bias.dim(0), p.x.dim(1)));
        CORE_ASSERT(isVector(p.offsets, DType::I32, p.bias.dim(0) + 1));
    } else {
        CORE_ASSERT(isVector(p.bias, DType::F32, p.x.dim(1)));
    }
    backend.addBias(p);
}

void scale(Backend& backend, const ScaleParams& p) {
    CORE_ASSERT(isActivation(p.x));
    backend.scale(p);
}

void keepRows(Backend& backend, const KeepRowsParams& p) {
    CORE_ASSERT(isActivation(p.x) && p.owners.defined());
    const int64_t rows = p.x.dim(0);
    CORE_ASSERT(isVector(p.owners, DType::I32, p.tokens.defined() ? p.owners.dim(0) : rows));
    CORE_ASSERT(!p.tokens.defined() || isVector(p.tokens, DType::I32, rows));
    backend.keepRows(p);
}

void scaleColumns(Backend& backend, const ScaleColumnsParams& p) {
    CORE_ASSERT(isActivation(p.x) && p.factors.defined());
    const int64_t rows = p.x.dim(0);
    if (p.offsets.defined()) {
        CORE_ASSERT(isMatrix(p.factors, p.factors.dim(0), p.x.dim(1)));
        CORE_ASSERT(isVector(p.offsets, DType::I32, p.factors.dim(0) + 1));
    } else {
        CORE_ASSERT(isVector(p.factors, DType::F32, p.x.dim(1)));
    }
    if (p.owners.defined())
        CORE_ASSERT(isVector(p.owners, DType::I32, p.tokens.defined() ? p.owners.dim(0) : rows));
    CORE_ASSERT(!p.tokens.defined() || isVector(p.tokens, DType::I32, rows));
    backend.scaleColumns(p);
}

void rope(Backend& backend, const RopeParams& p) {
    CORE_ASSERT(isActivation(p.x) && isVector(p.positions, DType::I32, p.x.dim(0)));
    CORE_ASSERT(isActivation(p.cos) && p.cos.contiguous());
    CORE_ASSERT(isMatrix(p.sin, p.cos.dim(0), p.cos.dim(1)) && p.sin.contiguous());
    CORE_ASSERT(p.heads >= 1 && p.head_offset >= 0);
    CORE_ASSERT((p.heads - 1) * p.head_stride + p.head_offset + 2 * p.cos.dim(1) <= p.x.dim(1));
    backend.rope(p);
}

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

void swiglu(Backend& backend, const SwigluParams& p) {
    CORE_ASSERT(isActivation(p.x) && p.x.dim(1) % 2 == 0);
    CORE_ASSERT(isMatrix(p.out, p.x.dim(0), p.x.dim(1) / 2));
    backend.swiglu(p);
}

void router(Backend& backend, const RouterParams& p) {
    CORE_ASSERT(isActivation(p.logits) && isIntMatrix(p.experts));
    const int64_t tokens = p.logits.dim(0), experts = p.logits.dim(1), k = p.experts.dim(1);
    CORE_ASSERT(p.experts.dim(0) == tokens && isMatrix(p.weights, tokens, k));
    CORE_ASSERT(!p.bias.defined() || isVector(p.bias, DType::F32, experts));
    CORE_ASSERT(p.n_group >= 1 && experts % p.n_group == 0);
    CORE_ASSERT(p.topk_group >= 1 && p.topk_group <= p.n_group);
    CORE_ASSERT(k >= 1 && k <= experts / p.n_group * p.topk_group);
    backend.router(p);
}

void groupByExpert(Backend& backend, const GroupByExpertParams& p) {
    CORE_ASSERT(isIntMatrix(p.experts) && p.experts.contiguous());
    const int64_t pairs = p.experts.size();
    CORE_ASSERT(isVector(p.groups.row_pair, DType::I32, pairs));
    CORE_ASSERT(isVector(p.groups.row_token, DType::I32, pairs));
    CORE_ASSERT(p.groups.offsets.defined() && p.groups.offsets.dtype() == DType::I32 &&
                p.groups.offsets.rank() == 1 && p.groups.offsets.dim(0) >= 2);
    backend.groupByExpert(p);
}

void groupedMatmul(Backend& backend, const GroupedMatmulParams& p) {
    CORE_ASSERT(isWeight(p.weight, 3) && isActivation(p.x) && isActivation(p.out));
    CORE_ASSERT(p.x.dim(1) == p.weight.dim(2) && p.out.dim(1) == p.weight.dim(1));
    CORE_ASSERT(isVector(p.offsets, DType::I32, p.weight.dim(0) + 1));
    CORE_ASSERT(p.row_source.defined() ? isVector(p.row_source, DType::I32, p.out.dim(0))
                                       : p.x.dim(0) == p.out.dim(0));
    backend.groupedMatmul(p);
}

void combineExperts(Backend& backend, const CombineExpertsParams& p) {
    CORE_ASSERT(isActivation(p.weights) && isActivation(p.rows) && isActivation(p.out));
    CORE_ASSERT(p.weights.dim(0) == p.out.dim(0) && p.rows.dim(1) == p.out.dim(1));
    CORE_ASSERT(p.rows.dim(0) == p.weights.size());
    CORE_ASSERT(isVector(p.row_pair, DType::I32, p.rows.dim(0)));
    backend.combineExperts(p);
}

void add(Backend& backend, const AddParams& p) {
    CORE_ASSERT(isActivation(p.a));
    CORE_ASSERT(isMatrix(p.b, p.a.dim(0), p.a.dim(1)) && isMatrix(p.out, p.a.dim(0), p.a.dim(1)));
    backend.add(p);
}

void gatherRows(Backend& backend, const GatherRowsParams& p) {
    CORE_ASSERT(isActivation(p.x) && p.ids.defined() && p.ids.rank() == 1);
    CORE_ASSERT(isVector(p.ids, DType::I32, p.ids.dim(0)));
    CORE_ASSERT(isMatrix(p.out, p.ids.dim(0), p.x.dim(1)));
    backend.gatherRows(p);
}

void copy(Backend& backend, const CopyParams& p) {
    CORE_ASSERT(isFloat(p.x) && isFloat(p.out) && p.x.rank() == 2 && p.out.rank() == 2);
    CORE_ASSERT(p.x.dim(0) == p.out.dim(0) && p.x.dim(1) == p.out.dim(1));
    CORE_ASSERT(p.x.layout() == Layout::RowMajor && p.out.layout() == Layout::RowMajor);
    backend.copy(p);
}

Tensor pack(Backend& backend, const Tensor& weight) {
    CORE_ASSERT(isFloat(weight) && (weight.rank() == 2 || weight.rank() == 3));
    CORE_ASSERT(weight.layout() == Layout::RowMajor && weight.contiguous());
    return backend.pack(weight);
}

void fillZero(Backend& backend, const Tensor& target) {
    CORE_ASSERT(target.defined() && target.layout() == Layout::RowMajor);
    backend.fillZero(target);
}

}  // namespace hearth::engine::ops
