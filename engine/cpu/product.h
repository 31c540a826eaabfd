// The matrix product behind matmul, perHeadMatmul, groupedMatmul and gemm: a set of products
// of equal depth and width, cut into units that threads share.
#pragma once
#include <cstdint>
#include <span>

#include "engine/cpu/kernels.h"
#include "engine/cpu/thread_pool.h"
#include "engine/tensor.h"

namespace hearth::engine::cpu {

/// One product c[r][n] = sum over k of a(r, k) * b(n, k).
struct ProductJob {
    const float* a = nullptr;          // row r starts at a + source(r) * aRowStride
    const int32_t* aSource = nullptr;  // [rows] source row, or null: r itself
    int64_t rows = 0;
    const void* b = nullptr;  // packed panels, or element (0, 0)
    float* c = nullptr;
};

struct Product {
    int64_t outputs = 0;
    int64_t depth = 0;
    int64_t aRowStride = 0;
    int64_t aDepthStride = 1;  // 1, or aRowStride is 1
    int64_t aSourceRows = 0;   // rows behind the sources when all jobs have the same a and one
    DType bType = DType::F32;  // Q8 and Q4 only when packed
    bool bPacked = false;
    int64_t bOutputStride = 0;  // of b when not packed
    int64_t bDepthStride = 1;   // 1, or bOutputStride is 1 and bType is F32
    int64_t cStride = 0;
    bool accumulate = false;  // c += scale * sum
    float scale = 1.0f;
    std::span<const ProductJob> jobs = {};
};

/// Every element is one chain of fused multiply-adds over k in order, or for Q8 and Q4 over blocks
/// of k (quantised_kernels.h): its bits depend on its own inputs only, never on the other rows, the
/// tiling or the number of threads.
void multiply(ThreadPool& pool, const Kernels& kernels, const Product& product);

/// Lays a row-major weight [outputs, depth] out in panels without changing its type; the
/// missing outputs of the last panel become zero.
void packWeight(ThreadPool& pool, const Kernels& kernels, DType type, const void* source,
                int64_t outputs, int64_t depth, void* target);

}  // namespace hearth::engine::cpu
