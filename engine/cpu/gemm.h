// General float32 matrix product on the CPU, for code beside the backend (training).
#pragma once
#include <cstdint>

#include "engine/cpu/thread_pool.h"
#include "engine/tensor.h"

namespace hearth::engine {

/// c = alpha * op(a) * op(b), plus c when accumulate; op transposes when asked.
struct GemmParams {
    int64_t M = 0;
    int64_t N = 0;
    int64_t K = 0;
    const float* a = nullptr;  // [M, K] rows of lda floats; transA: [K, M]
    int64_t lda = 0;
    bool transA = false;
    const float* b = nullptr;  // [K, N] rows of ldb floats; transB: [N, K]
    int64_t ldb = 0;
    bool transB = false;
    float* c = nullptr;  // [M, N] rows of ldc floats; no overlap with a and b
    int64_t ldc = 0;
    bool accumulate = false;
    float alpha = 1.0f;
    DType operands = DType::F32;  // BF16: a and b are rounded to it (pair_product.h)
};

/// Every element of c is one chain of fused multiply-adds over k = 0..K-1 in order (of BF16 in the
/// order that pair_kernels.h states), so its bits do not depend on M, N, the tiling, the
/// instruction set or the number of threads.
void gemm(ThreadPool& pool, const GemmParams& params);

/// Whether this processor multiplies operands in BF16 faster than those in F32.
bool hasBf16Products();

}  // namespace hearth::engine
