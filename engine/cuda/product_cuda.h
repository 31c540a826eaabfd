// The matrix product behind matmul, perHeadMatmul and groupedMatmul.
#pragma once
#include <cstddef>
#include <cstdint>

#include "engine/cuda/cuda_memory.h"
#include "engine/tensor.h"

namespace hearth::engine::cuda {

/// out[r][n] = sum over k of x[source(r)][k] * weight[n][k], for every group with its own weight.
/// A group is all rows (matmul), a head (perHeadMatmul) or an expert's rows (groupedMatmul).
struct Product {
    const float* x = nullptr;
    int64_t xStride = 0;       // of rows
    int64_t xGroupStride = 0;  // of heads
    int64_t xRows = 0;
    const std::byte* weight = nullptr;
    int64_t groupBytes = 0;  // of the weight
    DType type = DType::F32;
    bool packed = false;
    float* out = nullptr;
    int64_t outStride = 0;
    int64_t outGroupStride = 0;  // of heads
    int64_t groups = 1;
    int64_t rows = 0;  // of out
    int64_t outputs = 0;
    int64_t depth = 0;
    const int32_t* offsets = nullptr;  // [groups + 1]: rows of each expert, or null: all
    const int32_t* source = nullptr;   // [rows]: row of x, or null: the same
    bool accumulate = false;           // out += scale * sum
    float scale = 1.0f;

    /// Rows that a group has on average.
    int64_t rowsOfGroup() const { return offsets ? (rows + groups - 1) / groups : rows; }
};

/// Every element is one chain of fused multiply-adds over k in order.
void multiplyFloats(DeviceMemory& memory, const Product& product);
/// The same for packed weights and groups of few rows.
inline constexpr int64_t kFewFloatRows = 8;
void multiplyFewFloats(DeviceMemory& memory, const Product& product);
/// Q8 and Q4: the arithmetic of engine/cpu/quantised_kernels.h, to the bit.
void multiplyQuantised(DeviceMemory& memory, const Product& product);

}  // namespace hearth::engine::cuda
