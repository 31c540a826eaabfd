#include "engine/cpu/pair_product.h"

#include <array>

#include "core/assert.h"
#include "engine/cpu/panel_multiplication.h"

namespace hearth::engine::cpu {
namespace {

// A thread reuses a panel for this many pairs of packed rows: a quarter of a common inner cache.
constexpr int64_t kRowGroupPairs = 64 << 10;
// Depth of one chain of sums: a tile's rows of it stay in the innermost cache. Even.
constexpr int64_t kChainDepth = 2048;
// Depth that is transposed at once: kPanel rows of it stay in the innermost cache.
constexpr int64_t kTransposedDepth = 256;

int64_t panelPairs(int64_t depth) {
    return kPanel * pairsOf(depth);
}

/// Pairs from one row to the next: an odd number of cache lines, so that a tile's rows do not evict
/// each other.
int64_t rowStride(int64_t pairs) {
    return ((pairs + 15) / 16 | 1) * 16;
}

uint32_t* scratchPairs(ScratchUse use, int64_t count) {
    return reinterpret_cast<uint32_t*>(threadScratch(use, count));
}

/// Outputs whose depth lies side by side: pairs along the rows, transposed.
void packTransposed(const Kernels& kernels, const PairMatrix& m, int64_t panel, uint32_t* target) {
    static_assert(sizeof(float) == sizeof(uint32_t));
    const int64_t first = panel * kPanel, count = std::min(kPanel, m.outputs - first);
    if (count < kPanel)
        std::fill(target, target + panelPairs(m.depth), 0u);
    constexpr int64_t kPairs = kTransposedDepth / 2;
    uint32_t* rows = scratchPairs(ScratchUse::Rows, kPanel * rowStride(kPairs));
    std::array<const float*, kPanel> starts;
    for (int64_t k = 0; k < m.depth; k += kTransposedDepth) {
        const int64_t depth = std::min(kTransposedDepth, m.depth - k);
        for (int64_t n = 0; n < count; ++n) {
            uint32_t* row = rows + n * rowStride(kPairs);
            kernels.pairs->pairRow(m.data + (first + n) * m.outputStride + k, depth, row);
            starts[size_t(n)] = reinterpret_cast<const float*>(row);  // moved, never computed with
        }
        kernels.interleave(starts.data(), count, pairsOf(depth),
                           reinterpret_cast<float*>(target + k / 2 * kPanel), kPanel);
    }
}

/// Panels [begin, end) to where that of `begin` belongs.
void packPanels(const Kernels& kernels, const PairMatrix& m, int64_t begin, int64_t end,
                uint32_t* target) {
    if (m.outputStride == 1 && m.depthStride != 1) {
        const int64_t first = begin * kPanel;
        kernels.pairs->pairColumns({.source = m.data + first,
                                    .stride = m.depthStride,
                                    .depth = m.depth,
                                    .columns = std::min(end * kPanel, m.outputs) - first,
                                    .group = kPanel,
                                    .out = target});
        return;
    }
    CORE_ASSERT(m.depthStride == 1);
    for (int64_t panel = begin; panel < end; ++panel)
        packTransposed(kernels, m, panel, target + (panel - begin) * panelPairs(m.depth));
}

PairMatrix matrixOf(const Product& p, const ProductJob& job) {
    return {.data = static_cast<const float*>(job.b),
            .outputs = p.outputs,
            .depth = p.depth,
            .outputStride = p.bOutputStride,
            .depthStride = p.bDepthStride};
}

class PairOperands {
public:
    /// givenPanel: bytes from one packed panel to the next.
    PairOperands(const Kernels& kernels, const Product& p, int64_t givenPanel)
        : product(p), m_kernels(kernels), m_pairs(pairsOf(p.depth)), m_givenPanel(givenPanel) {}

    const Product& product;

    int64_t tileRows() const { return m_kernels.pairs->tileRows; }
    int64_t tilesOfGroup() const {
        const int64_t tiles = kRowGroupPairs / (tileRows() * std::max<int64_t>(1, m_pairs));
        return std::clamp<int64_t>(tiles, 1, 8);
    }
    int64_t ownPanelBytes() const { return panelPairs(product.depth) * int64_t(sizeof(uint32_t)); }
    int64_t givenPanelBytes() const { return m_givenPanel; }

    void packPanels(const ProductJob& job, int64_t begin, int64_t end, std::byte* target) const {
        cpu::packPanels(m_kernels, matrixOf(product, job), begin, end,
                        reinterpret_cast<uint32_t*>(target));
    }

    void compute(const Unit& unit, int64_t bytesOfPanel) const {
        const Product& p = product;
        const int64_t rows = unit.rowEnd - unit.rowBegin;
        const int64_t most = evenTileRows(rows, tileRows());
        const PackedRows packed = packRows(unit, rows);
        for (int64_t panel = unit.portion.panelBegin; panel < unit.portion.panelEnd; ++panel) {
            const int64_t column = panel * kPanel;
            PairTileParams tile{
                .pairs = m_pairs,
                .columns = std::min(kPanel, p.outputs - column),
                .aRowStride = packed.rowStride,
                .aPairStride = packed.pairStride,
                .b = reinterpret_cast<const uint32_t*>(
                    unit.portion.panels + (panel - unit.portion.panelBegin) * bytesOfPanel),
                .cStride = p.cStride,
                .accumulate = p.accumulate,
                .scale = p.scale};
            for (int64_t r = 0; r < rows; r += most) {
                tile.rows = std::min(most, rows - r);
                tile.a = packed.data + r * packed.rowStride;
                tile.c = unit.portion.job->c + (unit.rowBegin + r) * p.cStride + column;
                m_kernels.pairs->tile(tile);
            }
        }
    }

private:
    struct PackedRows {
        const uint32_t* data;
        int64_t rowStride;
        int64_t pairStride;
    };

    PackedRows packRows(const Unit& unit, int64_t rows) const {
        const Product& p = product;
        const ProductJob& job = *unit.portion.job;
        if (p.aDepthStride != 1) {  // side by side as they are
            const int64_t width = roundUp(rows, 16);
            uint32_t* target = scratchPairs(ScratchUse::Rows, width * m_pairs);
            m_kernels.pairs->pairColumns({.source = job.a + unit.rowBegin,
                                          .stride = p.aDepthStride,
                                          .depth = p.depth,
                                          .columns = rows,
                                          .group = width,
                                          .out = target});
            return {target, 1, width};
        }
        const int64_t stride = rowStride(m_pairs);
        uint32_t* target = scratchPairs(ScratchUse::Rows, rows * stride);
        for (int64_t r = 0; r < rows; ++r) {
            const int64_t row = unit.rowBegin + r;
            m_kernels.pairs->pairRow(job.a + (job.aSource ? job.aSource[row] : row) * p.aRowStride,
                                     p.depth, target + r * stride);
        }
        return {target, stride, 1};
    }

    const Kernels& m_kernels;
    int64_t m_pairs;
    int64_t m_givenPanel;
};

/// Steps [begin, begin + depth) of a product, whose jobs are put into `jobs`.
Product partOf(const Product& p, int64_t begin, int64_t depth, std::vector<ProductJob>& jobs) {
    jobs.assign(p.jobs.begin(), p.jobs.end());
    for (ProductJob& job : jobs) {
        job.a += begin * p.aDepthStride;
        job.b =
            p.bPacked
                ? static_cast<const void*>(static_cast<const uint32_t*>(job.b) + panelPairs(begin))
                : static_cast<const float*>(job.b) + begin * p.bDepthStride;
    }
    Product part = p;
    part.depth = depth;
    part.accumulate = p.accumulate || begin > 0;
    part.jobs = jobs;
    return part;
}

}  // namespace

int64_t pairMatrixBytes(int64_t outputs, int64_t depth) {
    return panelsOf(outputs) * panelPairs(depth) * int64_t(sizeof(uint32_t));
}

void packPairs(ThreadPool& pool, const Kernels& kernels, const PairMatrix& matrix, void* target) {
    pool.parallelFor(panelsOf(matrix.outputs), 4, [&](int64_t begin, int64_t end) {
        packPanels(kernels, matrix, begin, end,
                   static_cast<uint32_t*>(target) + begin * panelPairs(matrix.depth));
    });
}

void multiplyPairs(ThreadPool& pool, const Kernels& kernels, const Product& product) {
    CORE_ASSERT(product.bType == DType::F32);
    const int64_t panelBytes = panelPairs(product.depth) * int64_t(sizeof(uint32_t));
    std::vector<ProductJob> jobs;
    int64_t begin = 0;
    do {
        const int64_t depth = std::min(kChainDepth, product.depth - begin);
        const Product part = partOf(product, begin, depth, jobs);
        const PairOperands operands(kernels, part, panelBytes);
        PanelMultiplication(pool, operands).run();
        begin += depth;
    } while (begin < product.depth);
}

}  // namespace hearth::engine::cpu
