#include "engine/cpu/quantised_product.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "engine/cpu/scratch.h"
#include "engine/ops/packed_layout.h"

namespace hearth::engine::cpu {
namespace {

// Codes of a group of rows over which a thread runs every panel: half of a common inner cache.
constexpr int64_t kGroupBytes = 512 << 10;
// Multiply-adds below which handing a unit to another thread costs more than it saves.
constexpr int64_t kMinUnitWork = 192 << 10;
constexpr int64_t kMinQuantiseFloats = 16 << 10;  // of one thread
constexpr int64_t kUnitsPerThread = 4;

int64_t panelsOf(int64_t outputs) {
    return (outputs + kPanelOutputs - 1) / kPanelOutputs;
}

/// Rows in 8 bits, either in the order of a product's rows or side by side in tiles.
struct QuantisedRows {
    int8_t* codes = nullptr;
    float* scales = nullptr;
    int32_t* starts = nullptr;

    static int64_t floats(int64_t rows, int64_t blocks) {
        return roundUp(rows * blocks * (kQuantBlock / 4 + 2), 16);
    }
    /// In `scratch` of floats(rows, blocks).
    QuantisedRows(float* scratch, int64_t rows, int64_t blocks)
        : codes(reinterpret_cast<int8_t*>(scratch)),
          scales(scratch + rows * blocks * kQuantBlock / 4),
          starts(reinterpret_cast<int32_t*>(scales + rows * blocks)) {}
    QuantisedRows(const QuantisedRows& from, int64_t row, int64_t blocks)
        : codes(from.codes + row * blocks * kQuantBlock),
          scales(from.scales + row * blocks),
          starts(from.starts + row * blocks) {}
};

/// A job's rows among the quantised ones: row r is first + (source ? source[r] : r).
struct Unit {
    const ProductJob* job = nullptr;
    int64_t firstRow = 0;
    int64_t rowBegin = 0;
    int64_t rowEnd = 0;
    int64_t panelBegin = 0;
    int64_t panelEnd = 0;
};

// Kept between calls, so that nothing is allocated once they are large enough.
thread_local std::vector<Unit> t_units;
thread_local std::vector<const float*> t_rows;

class QuantisedMultiplication {
public:
    QuantisedMultiplication(ThreadPool& pool, const QuantisedKernels& kernels,
                            const Product& product)
        : m_pool(pool), m_kernels(kernels), m_product(product) {}

    void run() {
        t_rows.clear();
        t_units.clear();
        listRows();
        if (t_rows.empty() || m_product.outputs == 0)
            return;
        cutJobs();
        const auto count = int64_t(t_rows.size());
        const QuantisedRows rows(
            threadScratch(ScratchUse::Quantised, QuantisedRows::floats(count, m_blocks)), count,
            m_blocks);
        quantise(rows);
        const Unit* units = t_units.data();  // this thread's, for all
        m_pool.parallelFor(int64_t(t_units.size()), [&](int64_t begin, int64_t end) {
            for (int64_t i = begin; i < end; ++i)
                computeUnit(rows, units[i]);
        });
    }

private:
    /// Rows that jobs share through their sources are listed once.
    void listRows() {
        for (int64_t r = 0; r < m_product.aSourceRows; ++r)
            t_rows.push_back(m_product.jobs.front().a + r * m_product.aRowStride);
        if (m_product.aSourceRows > 0)
            return;
        for (const ProductJob& job : m_product.jobs) {
            for (int64_t r = 0; r < job.rows; ++r)
                t_rows.push_back(job.a + r * m_product.aRowStride);
        }
    }

    void quantise(const QuantisedRows& rows) const {
        const float* const* sources = t_rows.data();
        const int32_t bias = m_product.bType == DType::Q8 ? kQ8Bias : kQ4Bias;
        const int64_t grain = 1 + kMinQuantiseFloats / m_product.depth;
        m_pool.parallelFor(int64_t(t_rows.size()), grain, [&](int64_t begin, int64_t end) {
            for (int64_t r = begin; r < end; ++r) {
                const QuantisedRows target(rows, r, m_blocks);
                m_kernels.quantise(sources[r], m_product.depth, bias, target.codes, target.scales,
                                   target.starts);
            }
        });
    }

    int64_t rowGroup() const {
        const int64_t tiles = kGroupBytes / (m_kernels.tileRows * m_blocks * kQuantBlock);
        return m_kernels.tileRows * std::clamp<int64_t>(tiles, 1, 32);
    }

    void cutJobs() {
        int64_t work = 0;
        for (const ProductJob& job : m_product.jobs)
            work += job.rows * panelsOf(m_product.outputs) * panelWork();
        const int64_t unitWork =
            std::max(kMinUnitWork, work / (m_pool.threads() * kUnitsPerThread));
        int64_t firstRow = 0;
        for (const ProductJob& job : m_product.jobs) {
            cut(job, firstRow, unitWork);
            firstRow += m_product.aSourceRows > 0 ? 0 : job.rows;
        }
    }

    int64_t panelWork() const { return kPanelOutputs * m_blocks * kQuantBlock; }

    /// Groups of rows first; panels are shared out too while the units stay large enough.
    void cut(const ProductJob& job, int64_t firstRow, int64_t unitWork) {
        const int64_t group = rowGroup(), panels = panelsOf(m_product.outputs);
        for (int64_t row = 0; row < job.rows; row += group) {
            const int64_t rowEnd = std::min(row + group, job.rows);
            int64_t step = std::max<int64_t>(1, unitWork / ((rowEnd - row) * panelWork()));
            if (step > 4)
                step = step / 4 * 4;  // few rows run fastest on four panels at once
            for (int64_t begin = 0; begin < panels; begin += step)
                t_units.push_back(
                    {&job, firstRow, row, rowEnd, begin, std::min(begin + step, panels)});
        }
    }

    /// Rows [begin, begin + count) of the unit's job side by side: [block][count].
    void packTile(const QuantisedRows& rows, const Unit& unit, int64_t begin, int64_t count,
                  const QuantisedRows& target) const {
        for (int64_t r = 0; r < count; ++r) {
            const QuantisedRows row(rows, sourceRow(unit, begin + r), m_blocks);
            for (int64_t b = 0; b < m_blocks; ++b) {
                const int64_t at = b * count + r;
                std::memcpy(target.codes + at * kQuantBlock, row.codes + b * kQuantBlock,
                            kQuantBlock);
                target.scales[at] = row.scales[b];
                target.starts[at] = row.starts[b];
            }
        }
    }

    static int64_t sourceRow(const Unit& unit, int64_t row) {
        return unit.firstRow + (unit.job->aSource ? unit.job->aSource[row] : row);
    }

    void computeUnit(const QuantisedRows& rows, const Unit& unit) const {
        const int64_t count = unit.rowEnd - unit.rowBegin;
        if (count == 1)
            return computeTile(QuantisedRows(rows, sourceRow(unit, unit.rowBegin), m_blocks), unit,
                               {.rowBegin = unit.rowBegin,
                                .rows = 1,
                                .panelBegin = unit.panelBegin,
                                .panelEnd = unit.panelEnd});
        const QuantisedRows packed(
            threadScratch(ScratchUse::Rows, QuantisedRows::floats(count, m_blocks)), count,
            m_blocks);
        const int64_t tiles = (count + m_kernels.tileRows - 1) / m_kernels.tileRows;
        const int64_t tileRows = (count + tiles - 1) / tiles;
        for (int64_t r = 0; r < count; r += tileRows)
            packTile(rows, unit, unit.rowBegin + r, std::min(tileRows, count - r),
                     QuantisedRows(packed, r, m_blocks));
        const int64_t step = tiles == 1 ? unit.panelEnd - unit.panelBegin : 1;
        for (int64_t panel = unit.panelBegin; panel < unit.panelEnd; panel += step) {
            TileRange range{.panelBegin = panel,
                            .panelEnd = panel + step,
                            .opened = openPanel(unit, panel, count)};
            if (tiles > 1)
                range.ahead = panelAt(unit, std::min(panel + 1, unit.panelEnd - 1));
            const int64_t share = roundUp(panelBytes(m_product.bType, m_product.depth) / tiles, 64);
            for (int64_t r = 0; r < count; r += tileRows) {
                range.rowBegin = unit.rowBegin + r;
                range.rows = std::min(tileRows, count - r);
                range.aheadBytes = share;
                computeTile(QuantisedRows(packed, r, m_blocks), unit, range);
                range.ahead = range.ahead ? range.ahead + share : nullptr;
            }
        }
    }

    /// What one call of the kernel computes.
    struct TileRange {
        int64_t rowBegin = 0;
        int64_t rows = 0;
        int64_t panelBegin = 0;
        int64_t panelEnd = 0;
        const std::byte* opened = nullptr;
        const std::byte* ahead = nullptr;
        int64_t aheadBytes = 0;
    };

    const std::byte* panelAt(const Unit& unit, int64_t panel) const {
        return static_cast<const std::byte*>(unit.job->b) +
               panel * panelBytes(m_product.bType, m_product.depth);
    }

    /// The panel with a byte for each code where that pays, else null.
    const std::byte* openPanel(const Unit& unit, int64_t panel, int64_t rows) const {
        if (m_product.bType != DType::Q4 || rows < m_kernels.openRows)
            return nullptr;
        auto* target = reinterpret_cast<std::byte*>(threadScratch(
            ScratchUse::Weights, panelBytes(DType::Q8, m_product.depth) / int64_t(sizeof(float))));
        m_kernels.open(panelAt(unit, panel), m_blocks, target);
        return target;
    }

    void computeTile(const QuantisedRows& x, const Unit& unit, const TileRange& range) const {
        const int64_t column = range.panelBegin * kPanelOutputs;
        m_kernels.tile(
            {.blocks = m_blocks,
             .rows = range.rows,
             .columns = std::min(m_product.outputs, range.panelEnd * kPanelOutputs) - column,
             .codes = x.codes,
             .scales = x.scales,
             .starts = x.starts,
             .panels = range.opened ? range.opened : panelAt(unit, range.panelBegin),
             .panelStride = panelBytes(m_product.bType, m_product.depth),
             .form = range.opened                   ? PanelForm::OpenedQ4
                     : m_product.bType == DType::Q4 ? PanelForm::Q4
                                                    : PanelForm::Q8,
             .ahead = range.ahead,
             .aheadBytes = range.aheadBytes,
             .c = unit.job->c + range.rowBegin * m_product.cStride + column,
             .cStride = m_product.cStride,
             .accumulate = m_product.accumulate,
             .scale = m_product.scale});
    }

    ThreadPool& m_pool;
    const QuantisedKernels& m_kernels;
    const Product& m_product;
    int64_t m_blocks = (m_product.depth + kQuantBlock - 1) / kQuantBlock;
};

}  // namespace

void multiplyQuantised(ThreadPool& pool, const QuantisedKernels& kernels, const Product& product) {
    CORE_ASSERT(product.bPacked && product.aDepthStride == 1);
    QuantisedMultiplication(pool, kernels, product).run();
}

}  // namespace hearth::engine::cpu
