#include <vector>

#include "engine/cpu/cpu_ops.h"
#include "engine/cpu/cpu_tensor.h"
#include "engine/cpu/product.h"
#include "engine/ops/packed_layout.h"

namespace hearth::engine::cpu {
namespace {

/// What the ops share: the weight's layout and the strides of x and out.
Product productOf(const Tensor& x, const Tensor& weight, const Tensor& out) {
    const int rank = weight.rank();
    return {.outputs = weight.dim(rank - 2),
            .depth = weight.dim(rank - 1),
            .aRowStride = x.rowStride(),
            .bType = weight.dtype(),
            .bPacked = weight.layout() == Layout::Packed,
            .bOutputStride = weight.dim(rank - 1),
            .cStride = out.rowStride()};
}

/// Bytes from one group of a rank-3 weight to the next.
int64_t groupBytes(const Tensor& weight) {
    const int64_t outputs = weight.dim(1), depth = weight.dim(2);
    return weight.layout() == Layout::Packed ? packedBytes(weight.dtype(), 1, outputs, depth)
                                             : outputs * depth * dtypeSize(weight.dtype());
}

/// An empty list, kept between calls so that a decode step allocates nothing.
std::vector<ProductJob>& emptyJobs() {
    static thread_local std::vector<ProductJob> jobs;
    jobs.clear();
    return jobs;
}

}  // namespace

void packWeight(CpuContext& context, const Tensor& weight, const Tensor& target) {
    const int rank = weight.rank();
    const int64_t outputs = weight.dim(rank - 2), depth = weight.dim(rank - 1);
    const DType type = weight.dtype();
    const auto* source = static_cast<const std::byte*>(dataOf(weight));
    auto* packed = static_cast<std::byte*>(dataOf(target));
    for (int64_t g = 0; g < (rank == 3 ? weight.dim(0) : 1); ++g)
        packWeight(context.pool, context.kernels, type,
                   source + g * outputs * depth * dtypeSize(type), outputs, depth,
                   packed + g * packedBytes(type, 1, outputs, depth));
}

void matmul(CpuContext& context, const MatmulParams& p) {
    const ProductJob job{.a = Rows<const float>(p.x).data,
                         .rows = p.x.dim(0),
                         .b = dataOf(p.weight),
                         .c = Rows<float>(p.out).data};
    Product product = productOf(p.x, p.weight, p.out);
    product.accumulate = p.accumulate;
    product.scale = p.scale;
    product.jobs = std::span(&job, 1);
    multiply(context.pool, context.kernels, product);
}

void perHeadMatmul(CpuContext& context, const PerHeadMatmulParams& p) {
    const Rows<const float> x(p.x);
    const Rows<float> out(p.out);
    const auto* weight = static_cast<const std::byte*>(dataOf(p.weight));
    std::vector<ProductJob>& jobs = emptyJobs();
    for (int64_t h = 0; h < p.weight.dim(0); ++h)
        jobs.push_back({.a = x.data + h * p.x_head_stride,
                        .rows = p.x.dim(0),
                        .b = weight + h * groupBytes(p.weight),
                        .c = out.data + h * p.weight.dim(1)});
    Product product = productOf(p.x, p.weight, p.out);
    product.jobs = jobs;
    multiply(context.pool, context.kernels, product);
}

void groupedMatmul(CpuContext& context, const GroupedMatmulParams& p) {
    const Rows<const float> x(p.x);
    const Rows<float> out(p.out);
    const auto* weight = static_cast<const std::byte*>(dataOf(p.weight));
    const auto* offsets = static_cast<const int32_t*>(dataOf(p.offsets));
    const auto* source =
        p.row_source.defined() ? static_cast<const int32_t*>(dataOf(p.row_source)) : nullptr;
    std::vector<ProductJob>& jobs = emptyJobs();
    for (int64_t e = 0; e < p.weight.dim(0); ++e) {
        const int64_t begin = offsets[e], rows = offsets[e + 1] - begin;
        if (rows > 0)
            jobs.push_back({.a = source ? x.data : x[begin],
                            .aSource = source ? source + begin : nullptr,
                            .rows = rows,
                            .b = weight + e * groupBytes(p.weight),
                            .c = out[begin]});
    }
    Product product = productOf(p.x, p.weight, p.out);
    product.aSourceRows = source && !jobs.empty() ? p.x.dim(0) : 0;
    product.accumulate = p.accumulate;
    product.scale = p.scale;
    product.jobs = jobs;
    multiply(context.pool, context.kernels, product);
}

}  // namespace hearth::engine::cpu
