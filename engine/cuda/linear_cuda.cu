// The ops that multiply by weights, as products.
#include "engine/cuda/cuda_ops.h"
#include "engine/cuda/device_rows.cuh"
#include "engine/cuda/product_cuda.h"
#include "engine/ops/packed_layout.h"

namespace hearth::engine::cuda {
namespace {

Product productOf(const Tensor& x, const Tensor& weight, const Tensor& out) {
    const int rank = weight.rank();
    const int64_t outputs = weight.dim(rank - 2), depth = weight.dim(rank - 1);
    const bool packed = weight.layout() == Layout::Packed;
    return {.x = static_cast<const float*>(dataOf(x)),
            .xStride = x.rowStride(),
            .xRows = x.dim(0),
            .weight = static_cast<const std::byte*>(dataOf(weight)),
            .groupBytes = packed ? packedBytes(weight.dtype(), 1, outputs, depth)
                                 : outputs * depth * dtypeSize(weight.dtype()),
            .type = weight.dtype(),
            .packed = packed,
            .out = static_cast<float*>(dataOf(out)),
            .outStride = out.rowStride(),
            .rows = out.dim(0),
            .outputs = outputs,
            .depth = depth};
}

void multiply(DeviceMemory& memory, const Product& product) {
    if (product.rows == 0 || product.outputs == 0)
        return;
    if (product.type == DType::Q8 || product.type == DType::Q4)
        multiplyQuantised(memory, product);
    else
        multiplyFloats(memory, product);
}

/// Rows of a weight side by side in panels; the missing ones of the last panel are zero.
template <typename T>
void packRows(DeviceMemory& memory, const T* source, int64_t outputs, int64_t depth, T* target) {
    const int64_t panels = (outputs + kPanelOutputs - 1) / kPanelOutputs;
    forEachElement(memory, "pack", panels, depth * kPanelOutputs,
                   [=] __device__(int64_t panel, int64_t i) {
                       const int64_t n = panel * kPanelOutputs + i % kPanelOutputs;
                       target[panel * depth * kPanelOutputs + i] =
                           n < outputs ? source[n * depth + i / kPanelOutputs] : T(0);
                   });
}

}  // namespace

void packWeight(DeviceMemory& memory, const Tensor& weight, const Tensor& target) {
    const int rank = weight.rank();
    const int64_t groups = rank == 3 ? weight.dim(0) : 1;
    const int64_t outputs = weight.dim(rank - 2), depth = weight.dim(rank - 1);
    const int64_t element = dtypeSize(weight.dtype());
    const auto* source = static_cast<const std::byte*>(dataOf(weight));
    auto* packed = static_cast<std::byte*>(dataOf(target));
    for (int64_t g = 0; g < groups; ++g) {
        const void* from = source + g * outputs * depth * element;
        void* to = packed + g * packedBytes(weight.dtype(), 1, outputs, depth);
        if (element == 4)
            packRows(memory, static_cast<const uint32_t*>(from), outputs, depth,
                     static_cast<uint32_t*>(to));
        else
            packRows(memory, static_cast<const uint16_t*>(from), outputs, depth,
                     static_cast<uint16_t*>(to));
    }
}

void matmul(DeviceMemory& memory, const MatmulParams& p) {
    Product product = productOf(p.x, p.weight, p.out);
    product.accumulate = p.accumulate;
    product.scale = p.scale;
    multiply(memory, product);
}

void perHeadMatmul(DeviceMemory& memory, const PerHeadMatmulParams& p) {
    Product product = productOf(p.x, p.weight, p.out);
    product.groups = p.weight.dim(0);
    product.xGroupStride = p.x_head_stride;
    product.outGroupStride = p.weight.dim(1);
    multiply(memory, product);
}

void groupedMatmul(DeviceMemory& memory, const GroupedMatmulParams& p) {
    Product product = productOf(p.x, p.weight, p.out);
    product.groups = p.weight.dim(0);
    product.offsets = static_cast<const int32_t*>(dataOf(p.offsets));
    product.source = dataOrNull<const int32_t>(p.row_source);
    product.accumulate = p.accumulate;
    product.scale = p.scale;
    multiply(memory, product);
}

}  // namespace hearth::engine::cuda
