#include <vector>

#include "engine/cpu/cpu_ops.h"
#include "engine/cpu/cpu_tensor.h"
#include "engine/cpu/gemm.h"

namespace hearth::engine::cpu {
namespace {

std::vector<float> weightAsFloat(const Tensor& weight) {
    std::vector<float> values(size_t(weight.size()));
    const Tensor flat = weight.reshaped({1, weight.size()});
    loadRow(flat, 0, values.data(), weight.size());
    return values;
}

}  // namespace

void matmul(CpuContext& context, const MatmulParams& p) {
    const auto weight = weightAsFloat(p.weight);
    const Rows<const float> x(p.x);
    const Rows<float> out(p.out);
    const int64_t K = p.weight.dim(1), N = p.weight.dim(0);
    gemm(context.pool, {.M = p.x.dim(0),
                        .N = N,
                        .K = K,
                        .a = x.data,
                        .lda = x.stride,
                        .b = weight.data(),
                        .ldb = K,
                        .transB = true,
                        .c = out.data,
                        .ldc = out.stride,
                        .accumulate = p.accumulate,
                        .alpha = p.accumulate ? p.scale : 1.0f});
}

void perHeadMatmul(CpuContext& context, const PerHeadMatmulParams& p) {
    const auto weight = weightAsFloat(p.weight);
    const Rows<const float> x(p.x);
    const Rows<float> out(p.out);
    const int64_t N = p.weight.dim(1), K = p.weight.dim(2);
    for (int64_t h = 0; h < p.weight.dim(0); ++h)
        gemm(context.pool, {.M = p.x.dim(0),
                            .N = N,
                            .K = K,
                            .a = x.data + h * p.x_head_stride,
                            .lda = x.stride,
                            .b = weight.data() + h * N * K,
                            .ldb = K,
                            .transB = true,
                            .c = out.data + h * N,
                            .ldc = out.stride});
}

void groupedMatmul(CpuContext& context, const GroupedMatmulParams& p) {
    const auto weight = weightAsFloat(p.weight);
    const Rows<const float> x(p.x);
    const Rows<float> out(p.out);
    const Rows<const int32_t> offsets(p.offsets);
    const int64_t N = p.weight.dim(1), K = p.weight.dim(2);
    for (int64_t e = 0; e < p.weight.dim(0); ++e) {
        for (int64_t row = offsets.data[e]; row < offsets.data[e + 1]; ++row) {
            const int64_t source =
                p.row_source.defined() ? Rows<const int32_t>(p.row_source).data[row] : row;
            gemm(context.pool, {.M = 1,
                                .N = N,
                                .K = K,
                                .a = x[source],
                                .lda = x.stride,
                                .b = weight.data() + e * N * K,
                                .ldb = K,
                                .transB = true,
                                .c = out[row],
                                .ldc = out.stride,
                                .accumulate = p.accumulate,
                                .alpha = p.accumulate ? p.scale : 1.0f});
        }
    }
}

}  // namespace hearth::engine::cpu
