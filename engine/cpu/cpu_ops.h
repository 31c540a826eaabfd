// The CPU backend's ops, one function each; shapes are already checked.
#pragma once
#include "engine/cpu/kernels.h"
#include "engine/cpu/thread_pool.h"
#include "engine/ops/op_params.h"

namespace hearth::engine::cpu {

/// What every op needs of its backend.
struct CpuContext {
    ThreadPool& pool;
    const Kernels& kernels;
};

// linear_cpu.cpp
void packWeight(CpuContext& context, const Tensor& weight, const Tensor& target);
void matmul(CpuContext& context, const MatmulParams& params);
void perHeadMatmul(CpuContext& context, const PerHeadMatmulParams& params);
void groupedMatmul(CpuContext& context, const GroupedMatmulParams& params);

// attention_cpu.cpp, paged_attention_cpu.cpp, mla_decode_cpu.cpp, select_keys_cpu.cpp
void causalAttention(CpuContext& context, const CausalAttentionParams& params);
void pagedAttention(CpuContext& context, const PagedAttentionParams& params);
void mlaDecode(CpuContext& context, const MlaDecodeParams& params);
void selectKeys(CpuContext& context, const SelectKeysParams& params);

// rows_cpu.cpp: ops that work row by row
void embedding(CpuContext& context, const EmbeddingParams& params);
void rmsNorm(CpuContext& context, const RmsNormParams& params);
void layerNorm(CpuContext& context, const LayerNormParams& params);
void addBias(CpuContext& context, const AddBiasParams& params);
void scaleColumns(CpuContext& context, const ScaleColumnsParams& params);
void scale(CpuContext& context, const ScaleParams& params);
void rope(CpuContext& context, const RopeParams& params);
void cacheWrite(CpuContext& context, const CacheWriteParams& params);
void cacheGather(CpuContext& context, const CacheGatherParams& params);
// The same three for the int8 cache.
void writeLatentPart(CpuContext& context, const CacheWriteParams& params);
void gatherLatentPart(CpuContext& context, const CacheGatherParams& params);
void decodeLatentPages(CpuContext& context, const MlaDecodeParams& params);
// mlaDecode over rows of BF16 (latent_rows_decode_cpu.cpp)
void decodeLatentRows(CpuContext& context, const MlaDecodeParams& params);
// expanded_attention_cpu.cpp
void expandKeys(CpuContext& context, const ExpandKeysParams& params);
void expandedAttention(CpuContext& context, const ExpandedAttentionParams& params);
void swiglu(CpuContext& context, const SwigluParams& params);
void add(CpuContext& context, const AddParams& params);
void gatherRows(CpuContext& context, const GatherRowsParams& params);
void copy(CpuContext& context, const CopyParams& params);
void keepRows(const KeepRowsParams& params);
void fillZero(const Tensor& target);

// experts_cpu.cpp
void router(CpuContext& context, const RouterParams& params);
void groupByExpert(const GroupByExpertParams& params);
void combineExperts(CpuContext& context, const CombineExpertsParams& params);

}  // namespace hearth::engine::cpu
