#include "engine/cpu/gemm.h"

namespace hearth::engine {

void gemm(ThreadPool& pool, const GemmParams& p) {
    pool.parallelFor(p.M, 1 + 100000 / (1 + p.N * p.K), [&](int64_t begin, int64_t end) {
        for (int64_t m = begin; m < end; ++m) {
            for (int64_t n = 0; n < p.N; ++n) {
                float sum = 0;
                for (int64_t k = 0; k < p.K; ++k)
                    sum += p.a[p.transA ? k * p.lda + m : m * p.lda + k] *
                           p.b[p.transB ? n * p.ldb + k : k * p.ldb + n];
                float& c = p.c[m * p.ldc + n];
                c = p.alpha * sum + (p.accumulate ? c : 0.0f);
            }
        }
    });
}

}  // namespace hearth::engine
