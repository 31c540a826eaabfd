// Products of Q8 and Q4 panels with many rows, as in prefill, on the tensor cores' products of
// bytes: one instruction multiplies 16 rows, 8 outputs and the 32 steps of a block, and its sums
// are exact integers. Panels and rounded rows lie as the instruction reads them.
#include <algorithm>

#include "engine/cuda/instructions.cuh"
#include "engine/cuda/launch.cuh"
#include "engine/cuda/quantised_device.cuh"

namespace hearth::engine::cuda {
namespace {

constexpr int kWarps = 4, kThreads = kWarps * 32;
constexpr int kRowTiles = 2, kWarpRows = 16 * kRowTiles;  // of a warp
constexpr int kRowWarps = 2, kTileRows = kRowWarps * kWarpRows;
/// Panels of a warp and of a block of threads: codes of Q8 take twice the registers.
template <bool kQ4>
constexpr int kWarpPanels = kQ4 ? 2 : 1;
template <bool kQ4>
constexpr int kTilePanels = kWarps / kRowWarps* kWarpPanels<kQ4>;
constexpr int kPanelTiles = kOutputs / 8;  // of one instruction

/// A warp's 32 rows and one or two panels. Of 16 rows a lane has two, of eight outputs two.
template <bool kQ4>
class WarpTile {
public:
    static constexpr int kPanels = kWarpPanels<kQ4>;

    __device__ WarpTile(const Product& p, const QuantisedRows& rows, int64_t group, int64_t panel)
        : m_p(p),
          m_rows(rows),
          m_group(group),
          m_panel(panel),
          m_panels((p.outputs + kOutputs - 1) / kOutputs),
          m_lane(int(threadIdx.x) % 32),
          m_weight(p.weight + group * p.groupBytes) {}

    /// Rows [begin, begin + count) of out; count <= kWarpRows.
    __device__ void run(int64_t begin, int count) {
        for (int i = 0; i < 2 * kRowTiles; ++i) {
            const int64_t row = begin + min(m_lane / 4 + 8 * i, count - 1);
            m_at[i] = (m_group * m_rows.headRows + sourceRow(m_p, row)) * m_rows.blocks;
        }
        float sums[kRowTiles][kPanels][kPanelTiles][4] = {};
        for (int64_t b = 0; b < m_rows.blocks; ++b)
            addBlock(sums, b);
        for (int i = 0; i < 2 * kRowTiles; ++i) {
            const int row = m_lane / 4 + 8 * i;
            if (row >= count)
                continue;
#pragma unroll
            for (int t = 0; t < kPanels * kPanelTiles; ++t) {
                const int64_t output = m_panel * kOutputs + t * 8 + m_lane % 4 * 2;
                for (int j = 0; j < 2; ++j) {
                    if (output + j < m_p.outputs)
                        storeProduct(m_p, m_group, begin + row, output + j,
                                     sums[i / 2][t / kPanelTiles][t % kPanelTiles][i % 2 * 2 + j]);
                }
            }
        }
    }

private:
    using Block = PanelBlock<kQ4>;

    __device__ void addBlock(float (&sums)[kRowTiles][kPanels][kPanelTiles][4], int64_t b) const {
        uint32_t codes[kRowTiles][4];
        float scales[2 * kRowTiles];
#pragma unroll
        for (int i = 0; i < 2 * kRowTiles; ++i) {
            const uint2 pair = reinterpret_cast<const uint2*>(
                m_rows.codes)[(m_at[i] + b) * (kQuads / 2) + m_lane % 4];
            codes[i / 2][i % 2] = pair.x;
            codes[i / 2][i % 2 + 2] = pair.y;
            scales[i] = m_rows.scales[m_at[i] + b];
        }
#pragma unroll
        for (int n = 0; n < kPanels; ++n) {
            const int64_t panel = min(m_panel + n, m_panels - 1);
            const std::byte* block = Block::at(m_weight, m_rows.blocks, panel, b);
            uint32_t low[kPanelTiles], high[kPanelTiles];
            loadWeights(Block::words(block), low, high);
#pragma unroll
            for (int t = 0; t < kPanelTiles; ++t) {
                const float2 weightScales = __half22float2(
                    *reinterpret_cast<const __half2*>(block + 2 * (t * 8 + m_lane % 4 * 2)));
#pragma unroll
                for (int m = 0; m < kRowTiles; ++m)
                    addTile(sums[m][n][t], codes[m], low[t], high[t], weightScales, scales + 2 * m);
            }
        }
    }

    __device__ static void addTile(float (&sums)[4], const uint32_t (&codes)[4], uint32_t low,
                                   uint32_t high, const float2& weightScales, const float* scales) {
        int32_t totals[4];
        multiplyBytes(totals, codes, low, high);
#pragma unroll
        for (int i = 0; i < 4; ++i)
            sums[i] =
                __fmaf_rn(float(totals[i]),
                          (i % 2 == 0 ? weightScales.x : weightScales.y) * scales[i / 2], sums[i]);
    }

    /// Of each eight outputs the lane's one: steps 4 * (lane % 4) on, and 16 further on.
    __device__ void loadWeights(const uint32_t* words, uint32_t (&low)[kPanelTiles],
                                uint32_t (&high)[kPanelTiles]) const {
        const int quad = m_lane % 4, output = m_lane / 4;
        if constexpr (!kQ4) {
#pragma unroll
            for (int t = 0; t < kPanelTiles; ++t) {
                low[t] = signedCodes(words[quad * kOutputs + t * 8 + output]);
                high[t] = signedCodes(words[(quad + 4) * kOutputs + t * 8 + output]);
            }
        } else {
            constexpr int kPairs = kOutputs / 2;
#pragma unroll
            for (int t = 0; t < kPanelTiles / 2; ++t) {
                const uint32_t a = words[quad * kPairs + t * 8 + output];
                const uint32_t b = words[(quad + 4) * kPairs + t * 8 + output];
                low[t] = lowCodes(a);
                high[t] = lowCodes(b);
                low[t + 2] = highCodes(a);
                high[t + 2] = highCodes(b);
            }
        }
    }

    const Product& m_p;
    const QuantisedRows& m_rows;
    int64_t m_group;
    int64_t m_panel;
    int64_t m_panels;
    int m_lane;
    const std::byte* m_weight;
    int64_t m_at[2 * kRowTiles];  // first block of the lane's rows
};

/// Grid: panels by kTilePanels, tiles of rows, groups.
template <bool kQ4>
__global__ void __launch_bounds__(kThreads) multiplyTiles(Product p, QuantisedRows rows) {
    const GroupRows all(p, blockIdx.z);
    const int warp = int(threadIdx.x) / 32;
    const int64_t panel =
        int64_t(blockIdx.x) * kTilePanels<kQ4> + warp / kRowWarps * kWarpPanels<kQ4>;
    if (panel * kOutputs >= p.outputs)
        return;
    WarpTile<kQ4> tile(p, rows, blockIdx.z, panel);
    for (int64_t row = int64_t(blockIdx.y) * kTileRows + warp % kRowWarps * kWarpRows;
         row < all.count; row += int64_t(gridDim.y) * kTileRows)
        tile.run(all.begin + row, int(min(int64_t(kWarpRows), all.count - row)));
}

}  // namespace

void multiplyManyRows(DeviceMemory& memory, const Product& p, const QuantisedRows& rows) {
    // Experts may have more rows than the average: blocks then run over several tiles.
    const int64_t tiles = (p.rowsOfGroup() + kTileRows - 1) / kTileRows;
    const int64_t panels = (p.outputs + kOutputs - 1) / kOutputs;
    const int64_t together = p.type == DType::Q4 ? kTilePanels<true> : kTilePanels<false>;
    const dim3 grid(unsigned((panels + together - 1) / together),
                    unsigned(std::clamp<int64_t>(p.offsets ? 2 * tiles : tiles, 1, 65535)),
                    unsigned(p.groups));
    launchKernel(memory, "multiplyManyRows",
                 p.type == DType::Q4 ? multiplyTiles<true> : multiplyTiles<false>,
                 {.grid = grid, .threads = kThreads}, p, rows);
}

}  // namespace hearth::engine::cuda
