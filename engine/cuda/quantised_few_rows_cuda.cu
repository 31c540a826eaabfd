// Products of Q8 and Q4 panels with few rows, as in decode: bound by the panels' bytes. A block of
// threads rounds its rows into shared memory and then takes panel after panel. Its warps share a
// panel's depth out and leave each block's integer and scale in shared memory, where one warp a row
// adds them in order while the next panels are on their way.
#include <algorithm>

#include "engine/cuda/launch.cuh"
#include "engine/cuda/quantised_device.cuh"

namespace hearth::engine::cuda {
namespace {

constexpr int kWarps = 8, kThreads = kWarps * 32;
constexpr int64_t kMostShared = 200 << 10;

template <bool kQ4, int kRows>
class FewRows {
public:
    // Blocks of depth at a time, and of those the ones of a warp, all of whose loads are in flight
    // together.
    static constexpr int kRound = (kQ4 ? 128 : 64) / kRows, kOfWarp = kRound / kWarps;
    static_assert(kOfWarp >= 1 && kRows <= kWarps);

    struct Terms {
        float totals[kRound][kRows][32];
        float scales[kRound][kRows][32];
    };
    static int64_t sharedBytes(int64_t blocks) {
        return int64_t(sizeof(Terms)) + kRows * blocks * (kSteps + int64_t(sizeof(float)));
    }

    __device__ FewRows(const Product& p, char* shared)
        : m_p(p),
          m_blocks(int((p.depth + kSteps - 1) / kSteps)),
          m_lane(int(threadIdx.x) % 32),
          m_warp(int(threadIdx.x) / 32),
          m_terms(*reinterpret_cast<Terms*>(shared)),
          m_scales(reinterpret_cast<float*>(shared + sizeof(Terms))),
          m_codes(reinterpret_cast<uint32_t*>(m_scales + kRows * m_blocks)) {}

    /// Rows [begin, begin + count) of out, which belong to the group; count <= kRows.
    __device__ void run(int64_t group, int64_t begin, int count) {
        m_weight = m_p.weight + group * m_p.groupBytes;
        __syncthreads();
        quantise(group, begin, count);
        __syncthreads();
        const int64_t panels = (m_p.outputs + kOutputs - 1) / kOutputs;
        int64_t panel = blockIdx.x;
        load(panel, 0);
        for (; panel < panels; panel += gridDim.x) {
            const float sum = multiply(panel, panels, count);
            const int64_t output = panel * kOutputs + m_lane;
            if (m_warp < count && output < m_p.outputs)
                storeProduct(m_p, group, begin + m_warp, output, sum);
        }
    }

private:
    static constexpr int kWords = kQ4 ? kQuads / 2 : kQuads;  // of a lane and block
    using Block = PanelBlock<kQ4>;

    __device__ void quantise(int64_t group, int64_t begin, int count) {
        const int quad = int(threadIdx.x) % kQuads, blocks = count * m_blocks;
#pragma unroll 2
        for (int first = 0; first < blocks; first += kThreads / kQuads) {
            const int index = first + int(threadIdx.x) / kQuads;
            const int block = min(index, blocks - 1);  // whole warps go on
            const int row = block / m_blocks, step = block % m_blocks * kSteps + quad * 4;
            const float* x =
                m_p.x + sourceRow(m_p, begin + row) * m_p.xStride + group * m_p.xGroupStride + step;
            const QuantisedQuad rounded = quantiseQuad(x, m_p.depth - step);
            if (index < blocks) {
                m_codes[index * kQuads + quad] = rounded.codes;
                if (quad == 0)
                    m_scales[index] = rounded.scale;
            }
        }
    }

    /// Of warp r the product of row r with the panel's outputs, one a lane. What comes next is
    /// fetched while terms are added up.
    __device__ float multiply(int64_t panel, int64_t panels, int count) {
        float sum = 0.0f;
        for (int first = 0; first < m_blocks; first += kRound) {
            takeRound(first, count);
            if (first + kRound < m_blocks)
                load(panel, first + kRound);
            else if (panel + gridDim.x < panels)
                load(panel + gridDim.x, 0);
            __syncthreads();
            if (m_warp < count) {
                const int blocks = min(kRound, m_blocks - first);
#pragma unroll 8
                for (int b = 0; b < blocks; ++b)
                    sum = __fmaf_rn(m_terms.totals[b][m_warp][m_lane],
                                    m_terms.scales[b][m_warp][m_lane], sum);
            }
            __syncthreads();
        }
        return sum;
    }

    /// Of the round the warp's block number i; warps take blocks in turn.
    __device__ int inRound(int i) const {
        return i * kWarps + m_warp;
    }

    __device__ void load(int64_t panel, int first) {
#pragma unroll
        for (int i = 0; i < kOfWarp; ++i) {
            if (first + inRound(i) >= m_blocks)
                break;
            const std::byte* block = Block::at(m_weight, m_blocks, panel, first + inRound(i));
            m_weightScales[i] = Block::scale(block, m_lane);
#pragma unroll
            for (int w = 0; w < kWords; ++w)
                m_words[i][w] = __ldg(Block::words(block) + w * 32 + m_lane);
        }
    }

    __device__ void takeRound(int first, int count) {
#pragma unroll
        for (int i = 0; i < kOfWarp; ++i) {
            const int b = first + inRound(i);
            if (b >= m_blocks)
                break;
#pragma unroll
            for (int r = 0; r < kRows; ++r) {
                if (r >= count)
                    break;
                const int at = r * m_blocks + b;
                m_terms.totals[inRound(i)][r][m_lane] =
                    float(total(m_words[i], m_codes + at * kQuads));
                m_terms.scales[inRound(i)][r][m_lane] = m_weightScales[i] * m_scales[at];
            }
        }
    }

    /// Product of the lane's output with a block of a row.
    __device__ int32_t total(const uint32_t (&words)[kWords], const uint32_t* codes) const {
        if constexpr (!kQ4) {
            int32_t sum = 0;
#pragma unroll
            for (int w = 0; w < kWords; ++w)
                sum = __dp4a(int32_t(signedCodes(words[w])), int32_t(codes[w]), sum);
            return sum;
        } else {
            // A lane has outputs lane % 16 and 16 further on, in every second quad of steps.
            const int half = m_lane / 16;
            int32_t low = 0, high = 0;
#pragma unroll
            for (int w = 0; w < kWords; ++w) {
                const auto row = int32_t(codes[2 * w + half]);
                low = __dp4a(int32_t(lowCodes(words[w])), row, low);
                high = __dp4a(int32_t(highCodes(words[w])), row, high);
            }
            const int32_t own = half == 0 ? low : high, others = half == 0 ? high : low;
            return own + __shfl_xor_sync(0xffffffffu, others, 16);
        }
    }

    const Product& m_p;
    const std::byte* m_weight = nullptr;
    int m_blocks;
    int m_lane;
    int m_warp;
    Terms& m_terms;     // shared
    float* m_scales;    // shared [kRows][blocks]
    uint32_t* m_codes;  // shared [kRows][blocks][kQuads]
    uint32_t m_words[kOfWarp][kWords];
    float m_weightScales[kOfWarp];
};

/// The group that is number `index` among those with rows; `groups` when there are fewer. Every
/// thread gets it.
__device__ int64_t groupWithRows(const Product& p, int64_t index) {
    __shared__ int64_t found;
    if (!p.offsets)
        return index;
    if (threadIdx.x == 0)
        found = p.groups;
    __syncthreads();
    if (threadIdx.x < 32) {
        int64_t before = 0;
        for (int64_t first = 0; first < p.groups; first += 32) {
            const int64_t group = first + threadIdx.x;
            const bool used = group < p.groups && p.offsets[group + 1] > p.offsets[group];
            const unsigned all = __ballot_sync(0xffffffffu, used);
            if (used && before + __popc(all & ((1u << threadIdx.x) - 1)) == index)
                found = group;
            before += __popc(all);
        }
    }
    __syncthreads();
    return found;
}

/// Grid: panels, or fewer; groups with rows.
template <bool kQ4, int kRows>
__global__ void __launch_bounds__(kThreads) multiplyPanels(Product p) {
    const int64_t group = groupWithRows(p, blockIdx.y);
    if (group >= p.groups)
        return;
    const GroupRows all(p, group);
    FewRows<kQ4, kRows> work(p, sharedMemory<char>());
    for (int64_t row = 0; row < all.count; row += kRows)
        work.run(group, all.begin + row, int(min(int64_t(kRows), all.count - row)));
}

template <bool kQ4, int kRows>
void launch(DeviceMemory& memory, const Product& p) {
    const int64_t panels = (p.outputs + kOutputs - 1) / kOutputs;
    const int64_t groups = p.offsets ? std::min(p.groups, p.rows) : p.groups;
    const int64_t shared = FewRows<kQ4, kRows>::sharedBytes((p.depth + kSteps - 1) / kSteps);
    if constexpr (kRows > 1) {
        if (shared > kMostShared)
            return launch<kQ4, kRows / 2>(memory, p);
    }
    // Rounding the rows is paid by every block of threads: no more of them than run at a time.
    const int64_t most = std::max<int64_t>(1, 4 * memory.multiprocessors() / groups);
    const dim3 grid(unsigned(std::min(panels, most)), unsigned(groups));
    launchKernel(memory, "multiplyFewRows", multiplyPanels<kQ4, kRows>,
                 {.grid = grid, .threads = kThreads, .sharedBytes = shared}, p);
}

template <bool kQ4>
void launchForRows(DeviceMemory& memory, const Product& p) {
    const int64_t count = p.rowsOfGroup();
    if (count <= 1)
        launch<kQ4, 1>(memory, p);
    else if (count <= 2)
        launch<kQ4, 2>(memory, p);
    else if (count <= 4)
        launch<kQ4, 4>(memory, p);
    else
        launch<kQ4, 8>(memory, p);
}

}  // namespace

void multiplyFewRows(DeviceMemory& memory, const Product& p) {
    if (p.type == DType::Q4)
        launchForRows<true>(memory, p);
    else
        launchForRows<false>(memory, p);
}

}  // namespace hearth::engine::cuda
