// Every op as a free function: checks shapes and types, then calls the backend. Layers call
// these, so that a wrong shape stops at the mistake instead of inside a kernel.
#pragma once
#include "engine/ops/backend.h"

namespace hearth::engine::ops {

// REQUIRES (all): what the params' comments in engine/ops/op_params.h say; checked by
// CORE_ASSERT. Index values (ids, slots, pages, expert numbers) are the caller's to bound.
void embedding(Backend& backend, const EmbeddingParams& params);
void matmul(Backend& backend, const MatmulParams& params);
void perHeadMatmul(Backend& backend, const PerHeadMatmulParams& params);
void rmsNorm(Backend& backend, const RmsNormParams& params);
void layerNorm(Backend& backend, const LayerNormParams& params);
void scaleColumns(Backend& backend, const ScaleColumnsParams& params);
void addBias(Backend& backend, const AddBiasParams& params);
void scale(Backend& backend, const ScaleParams& params);
void keepRows(Backend& backend, const KeepRowsParams& params);
void rope(Backend& backend, const RopeParams& params);
void causalAttention(Backend& backend, const CausalAttentionParams& params);
void cacheWrite(Backend& backend, const CacheWriteParams& params);
void cacheGather(Backend& backend, const CacheGatherParams& params);
void mlaDecode(Backend& backend, const MlaDecodeParams& params);
void expandKeys(Backend& backend, const ExpandKeysParams& params);
void expandedAttention(Backend& backend, const ExpandedAttentionParams& params);
void selectKeys(Backend& backend, const SelectKeysParams& params);
void pagedAttention(Backend& backend, const PagedAttentionParams& params);
void swiglu(Backend& backend, const SwigluParams& params);
void router(Backend& backend, const RouterParams& params);
void groupByExpert(Backend& backend, const GroupByExpertParams& params);
void groupedMatmul(Backend& backend, const GroupedMatmulParams& params);
void combineExperts(Backend& backend, const CombineExpertsParams& params);
void add(Backend& backend, const AddParams& params);
void gatherRows(Backend& backend, const GatherRowsParams& params);
void copy(Backend& backend, const CopyParams& params);

/// A packed copy of a weight: [out, in] or [groups, out, in], row-major.
Tensor pack(Backend& backend, const Tensor& weight);
void fillZero(Backend& backend, const Tensor& target);

}  // namespace hearth::engine::ops
