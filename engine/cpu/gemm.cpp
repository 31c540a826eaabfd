#include "engine/cpu/gemm.h"

#include "core/assert.h"
#include "engine/cpu/product.h"

namespace hearth::engine {

void gemm(ThreadPool& pool, const GemmParams& p) {
    static const cpu::Kernels& kernels = cpu::kernelsFor(CpuIsa::Best);
    CORE_ASSERT(p.lda >= (p.transA ? p.M : p.K) && p.ldb >= (p.transB ? p.K : p.N));
    CORE_ASSERT(p.ldc >= p.N);
    // A plain product with a factor would need an epilogue of its own: scale the result.
    const bool scaled = !p.accumulate && p.alpha != 1.0f;
    const cpu::ProductJob job{.a = p.a, .rows = p.M, .b = p.b, .c = p.c};
    cpu::multiply(pool, kernels,
                  {.outputs = p.N,
                   .depth = p.K,
                   .aRowStride = p.transA ? 1 : p.lda,
                   .aDepthStride = p.transA ? p.lda : 1,
                   .bOutputStride = p.transB ? p.ldb : 1,
                   .bDepthStride = p.transB ? 1 : p.ldb,
                   .cStride = p.ldc,
                   .accumulate = p.accumulate,
                   .scale = p.alpha,
                   .jobs = std::span(&job, 1)});
    for (int64_t m = 0; scaled && m < p.M; ++m)
        kernels.scale(p.alpha, p.N, p.c + m * p.ldc);
}

}  // namespace hearth::engine
