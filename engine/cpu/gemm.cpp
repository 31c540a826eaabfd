#include "engine/cpu/gemm.h"

#include "core/assert.h"
#include "engine/cpu/pair_product.h"

namespace hearth::engine {
namespace {

const cpu::Kernels& bestKernels() {
    static const cpu::Kernels& kernels = cpu::kernelsFor(CpuIsa::Best);
    return kernels;
}

}  // namespace

void gemm(ThreadPool& pool, const GemmParams& p) {
    const cpu::Kernels& kernels = bestKernels();
    CORE_ASSERT(p.lda >= (p.transA ? p.M : p.K) && p.ldb >= (p.transB ? p.K : p.N));
    CORE_ASSERT(p.ldc >= p.N);
    const cpu::ProductJob job{.a = p.a, .rows = p.M, .b = p.b, .c = p.c};
    const cpu::Product product{.outputs = p.N,
                               .depth = p.K,
                               .aRowStride = p.transA ? 1 : p.lda,
                               .aDepthStride = p.transA ? p.lda : 1,
                               .bOutputStride = p.transB ? p.ldb : 1,
                               .bDepthStride = p.transB ? 1 : p.ldb,
                               .cStride = p.ldc,
                               .accumulate = p.accumulate,
                               .scale = p.alpha,
                               .jobs = std::span(&job, 1)};
    CORE_ASSERT(p.operands == DType::F32 || p.operands == DType::BF16);
    if (p.operands == DType::BF16)
        return cpu::multiplyPairs(pool, kernels, product);
    cpu::multiply(pool, kernels, product);
    // A plain product with a factor would need an epilogue of its own: scale the result.
    const bool scaled = !p.accumulate && p.alpha != 1.0f;
    for (int64_t m = 0; scaled && m < p.M; ++m)
        kernels.scale(p.alpha, p.N, p.c + m * p.ldc);
}

bool hasBf16Products() {
    return bestKernels().pairs == &cpu::avx512Bf16PairKernels();
}

}  // namespace hearth::engine
