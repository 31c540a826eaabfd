// Products with F32, BF16 and F16 weights. An element is one chain of fused multiply-adds in the
// order of the depth, in F32, as on the CPU: no tensor cores and no split of the depth.
#include <algorithm>

#include "engine/cuda/launch.cuh"
#include "engine/cuda/product_device.cuh"
#include "engine/ops/packed_layout.h"

namespace hearth::engine::cuda {
namespace {

constexpr int kOutputs = int(kPanelOutputs);
constexpr int kWarps = 4, kThreads = kWarps * 32;

/// A weight's element (output, step) as F32.
template <DType kType, bool kPacked>
struct Weights {
    __device__ static float load(const std::byte* data, int64_t depth, int64_t output,
                                 int64_t step) {
        const int64_t i = kPacked
                              ? (output / kOutputs * depth + step) * kOutputs + output % kOutputs
                              : output * depth + step;
        if constexpr (kType == DType::F32)
            return reinterpret_cast<const float*>(data)[i];
        const uint16_t bits = reinterpret_cast<const uint16_t*>(data)[i];
        return kType == DType::BF16 ? bf16ToFloat(bits) : f16ToFloat(bits);
    }
};

/// A block computes 32 outputs of kRows rows at a time: a lane an output, each warp kRows / 4 rows.
template <typename Weights, bool kPacked, int kRows>
__global__ void __launch_bounds__(kThreads) multiplyTile(Product p) {
    constexpr int kDepth = 32, kWarpRows = kRows / kWarps;
    __shared__ float weights[kDepth][kOutputs + 1];
    __shared__ __align__(16) float rows[kRows][kDepth];
    const int lane = int(threadIdx.x) % 32, warp = int(threadIdx.x) / 32;
    const int64_t group = blockIdx.z, first = blockIdx.x * int64_t(kOutputs);
    const std::byte* weight = p.weight + group * p.groupBytes;
    const GroupRows all(p, group);
    for (int64_t tile = int64_t(blockIdx.y) * kRows; tile < all.count;
         tile += int64_t(gridDim.y) * kRows) {
        float sums[kWarpRows] = {};
        for (int64_t begin = 0; begin < p.depth; begin += kDepth) {
            __syncthreads();
            for (int i = int(threadIdx.x); i < kDepth * kOutputs; i += kThreads) {
                // Neighbours in memory are neighbouring threads.
                const int n = kPacked ? i % kOutputs : i / kDepth;
                const int k = kPacked ? i / kOutputs : i % kDepth;
                const bool there = begin + k < p.depth && first + n < p.outputs;
                weights[k][n] = there ? Weights::load(weight, p.depth, first + n, begin + k) : 0.0f;
            }
            for (int i = int(threadIdx.x); i < kRows * kDepth; i += kThreads) {
                const int64_t row = tile + i / kDepth, k = begin + i % kDepth;
                rows[i / kDepth][i % kDepth] = row < all.count && k < p.depth
                                                   ? p.x[sourceRow(p, all.begin + row) * p.xStride +
                                                         group * p.xGroupStride + k]
                                                   : 0.0f;
            }
            __syncthreads();
            const int steps = int(p.depth - begin < kDepth ? p.depth - begin : kDepth);
            int k = 0;
            for (; k + 4 <= steps; k += 4) {
                float w[4];
                for (int i = 0; i < 4; ++i)
                    w[i] = weights[k + i][lane];
                for (int r = 0; r < kWarpRows; ++r) {
                    const float4 a =
                        *reinterpret_cast<const float4*>(&rows[warp * kWarpRows + r][k]);
                    sums[r] = __fmaf_rn(a.x, w[0], sums[r]);
                    sums[r] = __fmaf_rn(a.y, w[1], sums[r]);
                    sums[r] = __fmaf_rn(a.z, w[2], sums[r]);
                    sums[r] = __fmaf_rn(a.w, w[3], sums[r]);
                }
            }
            for (; k < steps; ++k) {
                for (int r = 0; r < kWarpRows; ++r)
                    sums[r] = __fmaf_rn(rows[warp * kWarpRows + r][k], weights[k][lane], sums[r]);
            }
        }
        for (int r = 0; r < kWarpRows; ++r) {
            const int64_t row = tile + warp * kWarpRows + r;
            if (row < all.count && first + lane < p.outputs)
                storeProduct(p, group, all.begin + row, first + lane, sums[r]);
        }
    }
}

template <typename Weights, bool kPacked, int kRows>
void launch(DeviceMemory& memory, const Product& p) {
    // Experts may have more rows than the average: blocks then run over several tiles.
    const int64_t tiles = (p.rowsOfGroup() + kRows - 1) / kRows;
    const dim3 grid(unsigned((p.outputs + kOutputs - 1) / kOutputs),
                    unsigned(std::clamp<int64_t>(p.offsets ? tiles * 2 : tiles, 1, 65535)),
                    unsigned(p.groups));
    launchKernel(memory, "matmul", multiplyTile<Weights, kPacked, kRows>,
                 {.grid = grid, .threads = kThreads}, p);
}

template <DType kType, bool kPacked>
void launchForRows(DeviceMemory& memory, const Product& p) {
    using Typed = Weights<kType, kPacked>;
    if (p.rowsOfGroup() <= 8)
        launch<Typed, kPacked, 8>(memory, p);
    else
        launch<Typed, kPacked, 64>(memory, p);
}

template <DType kType>
void launchForLayout(DeviceMemory& memory, const Product& p) {
    if (p.packed)
        launchForRows<kType, true>(memory, p);
    else
        launchForRows<kType, false>(memory, p);
}

}  // namespace

void multiplyFloats(DeviceMemory& memory, const Product& p) {
    if (p.packed && p.rowsOfGroup() <= kFewFloatRows)
        return multiplyFewFloats(memory, p);
    if (p.type == DType::F32)
        launchForLayout<DType::F32>(memory, p);
    else if (p.type == DType::BF16)
        launchForLayout<DType::BF16>(memory, p);
    else
        launchForLayout<DType::F16>(memory, p);
}

}  // namespace hearth::engine::cuda
