// The CUDA backend's ops, one function each; shapes are already checked. Every op gives the bits of
// the CPU backend: sums run in the same order, whatever the grid. The one exception is
// CausalAttentionParams::lse, of which the logarithm may differ by its last bit.
#pragma once
#include "engine/cuda/cuda_memory.h"
#include "engine/ops/op_params.h"

namespace hearth::engine::cuda {

// rows_cuda.cu
void embedding(DeviceMemory& memory, const EmbeddingParams& params);
void addBias(DeviceMemory& memory, const AddBiasParams& params);
void scaleColumns(DeviceMemory& memory, const ScaleColumnsParams& params);
void scale(DeviceMemory& memory, const ScaleParams& params);
void keepRows(DeviceMemory& memory, const KeepRowsParams& params);
void rope(DeviceMemory& memory, const RopeParams& params);
void swiglu(DeviceMemory& memory, const SwigluParams& params);
void add(DeviceMemory& memory, const AddParams& params);
void gatherRows(DeviceMemory& memory, const GatherRowsParams& params);
void copy(DeviceMemory& memory, const CopyParams& params);

// norms_cuda.cu
void rmsNorm(DeviceMemory& memory, const RmsNormParams& params);
void layerNorm(DeviceMemory& memory, const LayerNormParams& params);

// cache_cuda.cu; a cache of U8 is that of engine/ops/latent_page.h
void cacheWrite(DeviceMemory& memory, const CacheWriteParams& params);
void cacheGather(DeviceMemory& memory, const CacheGatherParams& params);
void expandKeys(DeviceMemory& memory, const ExpandKeysParams& params);

// linear_cuda.cu
void packWeight(DeviceMemory& memory, const Tensor& weight, const Tensor& target);
void matmul(DeviceMemory& memory, const MatmulParams& params);
void perHeadMatmul(DeviceMemory& memory, const PerHeadMatmulParams& params);
void groupedMatmul(DeviceMemory& memory, const GroupedMatmulParams& params);

// experts_cuda.cu
void router(DeviceMemory& memory, const RouterParams& params);
void groupByExpert(DeviceMemory& memory, const GroupByExpertParams& params);
void combineExperts(DeviceMemory& memory, const CombineExpertsParams& params);

// tile_attention_cuda.cu
void causalAttention(DeviceMemory& memory, const CausalAttentionParams& params);
void pagedAttention(DeviceMemory& memory, const PagedAttentionParams& params);

// mla_decode_cuda.cu, and of it the int8 cache in latent_decode_cuda.cu and the BF16 cache in
// latent_rows_decode_cuda.cu; expanded_attention_cuda.cu, select_keys_cuda.cu
void mlaDecode(DeviceMemory& memory, const MlaDecodeParams& params);
void decodeLatentPages(DeviceMemory& memory, const MlaDecodeParams& params);
void decodeLatentRows(DeviceMemory& memory, const MlaDecodeParams& params);
void expandedAttention(DeviceMemory& memory, const ExpandedAttentionParams& params);
void selectKeys(DeviceMemory& memory, const SelectKeysParams& params);

}  // namespace hearth::engine::cuda
