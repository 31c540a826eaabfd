// Products of packed F32, BF16 and F16 weights with few rows, as in decode. A block of threads
// takes a panel: all of them copy it, a few chunks ahead, and warp r multiplies row r, one output a
// lane, as one chain in the order of the depth.
#include <algorithm>

#include "engine/cuda/instructions.cuh"
#include "engine/cuda/launch.cuh"
#include "engine/cuda/product_device.cuh"
#include "engine/ops/packed_layout.h"

namespace hearth::engine::cuda {
namespace {

constexpr int kOutputs = int(kPanelOutputs);
constexpr int kWarps = int(kFewFloatRows), kThreads = kWarps * 32;
constexpr int kChunk = 64;  // steps of depth
constexpr int kStages = 4;

template <DType kType>
struct Element {
    using Bits = uint16_t;
    __device__ static float load(uint16_t bits) {
        return kType == DType::BF16 ? bf16ToFloat(bits) : f16ToFloat(bits);
    }
};
template <>
struct Element<DType::F32> {
    using Bits = float;
    __device__ static float load(float value) { return value; }
};

template <DType kType>
class PanelProduct {
public:
    using Bits = typename Element<kType>::Bits;
    using Chunk = Bits[kChunk][kOutputs];

    __device__ PanelProduct(const Product& p, Chunk* chunks)
        : m_p(p),
          m_chunks(chunks),
          m_lane(int(threadIdx.x) % 32),
          m_warp(int(threadIdx.x) / 32),
          m_count((p.depth + kChunk - 1) / kChunk) {}

    /// Rows [begin, begin + rows) of out, which belong to the group; rows <= kWarps.
    __device__ void run(int64_t group, int64_t panel, int64_t begin, int rows) {
        const auto* weight = reinterpret_cast<const Bits*>(m_p.weight + group * m_p.groupBytes) +
                             panel * m_p.depth * kOutputs;
        const float* x = m_p.x + sourceRow(m_p, begin + min(m_warp, rows - 1)) * m_p.xStride +
                         group * m_p.xGroupStride;
        __syncthreads();
        for (int c = 0; c < kStages - 1; ++c)
            fetch(weight, c);
        float sum = 0.0f;
        for (int64_t c = 0; c < m_count; ++c) {
            waitCopies<kStages - 2>();
            __syncthreads();
            fetch(weight, c + kStages - 1);
            if (m_warp < rows)
                sum = addChunk(sum, x, c);
        }
        const int64_t output = panel * kOutputs + m_lane;
        if (m_warp < rows && output < m_p.outputs)
            storeProduct(m_p, group, begin + m_warp, output, sum);
    }

private:
    __device__ void fetch(const Bits* weight, int64_t chunk) {
        constexpr int kOfCopy = 16 / int(sizeof(Bits));
        Bits* target = &m_chunks[chunk % kStages][0][0];
        const int64_t begin = chunk * kChunk * kOutputs;
        for (int i = int(threadIdx.x) * kOfCopy; i < kChunk * kOutputs; i += kThreads * kOfCopy) {
            if (begin + i < m_p.depth * kOutputs)
                copyAsync(target + i, weight + begin + i);
        }
        commitCopies();
    }

    /// A lane holds every 32nd value of the row's chunk and hands it to the others.
    __device__ float addChunk(float sum, const float* x, int64_t c) const {
        const Chunk& weights = m_chunks[c % kStages];
#pragma unroll
        for (int half = 0; half < kChunk; half += 32) {
            const int64_t step = c * kChunk + half + m_lane;
            const float own = step < m_p.depth ? x[step] : 0.0f;
            const int steps = int(min(int64_t(32), m_p.depth - c * kChunk - half));
            if (steps == 32) {
#pragma unroll
                for (int k = 0; k < 32; ++k)
                    sum = __fmaf_rn(__shfl_sync(0xffffffffu, own, k),
                                    Element<kType>::load(weights[half + k][m_lane]), sum);
            } else {
                for (int k = 0; k < steps; ++k)
                    sum = __fmaf_rn(__shfl_sync(0xffffffffu, own, k),
                                    Element<kType>::load(weights[half + k][m_lane]), sum);
            }
        }
        return sum;
    }

    const Product& m_p;
    Chunk* m_chunks;  // shared [kStages]
    int m_lane;
    int m_warp;
    int64_t m_count;
};

/// Grid: panels, groups.
template <DType kType>
__global__ void __launch_bounds__(kThreads) multiplyPanel(Product p) {
    using Work = PanelProduct<kType>;
    __shared__ __align__(16) typename Work::Chunk chunks[kStages];
    const GroupRows all(p, blockIdx.y);
    Work work(p, chunks);
    for (int64_t row = 0; row < all.count; row += kWarps)
        work.run(blockIdx.y, blockIdx.x, all.begin + row,
                 int(min(int64_t(kWarps), all.count - row)));
}

}  // namespace

void multiplyFewFloats(DeviceMemory& memory, const Product& p) {
    const dim3 grid(unsigned((p.outputs + kOutputs - 1) / kOutputs), unsigned(p.groups));
    const auto kernel = p.type == DType::F32    ? multiplyPanel<DType::F32>
                        : p.type == DType::BF16 ? multiplyPanel<DType::BF16>
                                                : multiplyPanel<DType::F16>;
    launchKernel(memory, "multiplyFewFloats", kernel, {.grid = grid, .threads = kThreads}, p);
}

}  // namespace hearth::engine::cuda
