#include "engine/cpu/quantised_product.h"

#include <algorithm>
#include <vector>

#include "engine/cpu/quantised_rows.h"
#include "engine/cpu/scratch.h"
#include "engine/ops/packed_layout.h"

namespace hearth::engine::cpu {
namespace {

// Codes of a group of rows over which a thread runs every panel: half of a common inner cache.
constexpr int64_t kGroupBytes = 512 << 10;
// Multiply-adds below which handing a unit to another thread costs more than it saves.
constexpr int64_t kMinUnitWork = 192 << 10;
constexpr int64_t kMinQuantiseFloats = 16 << 10;  // of one thread
constexpr int64_t kUnitsPerThread = 32;

int64_t panelsOf(int64_t outputs) {
    return (outputs + kPanelOutputs - 1) / kPanelOutputs;
}

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
thread_local std::vector<FloatRow> t_rows;

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
    /// Rows that jobs share through their sources are listed once, each a tile; others lie in the
    /// tiles that computeUnit multiplies.
    void listRows() {
        for (int64_t r = 0; r < m_product.aSourceRows; ++r)
            t_rows.push_back({.x = m_product.jobs.front().a + r * m_product.aRowStride,
                              .tileBegin = r,
                              .tileRows = 1});
        if (m_product.aSourceRows > 0)
            return;
        for (const ProductJob& job : m_product.jobs) {
            for (int64_t row = 0; row < job.rows; row += rowGroup())
                listGroup(job, row, std::min(rowGroup(), job.rows - row));
        }
    }

    void listGroup(const ProductJob& job, int64_t firstRow, int64_t count) {
        const Tiling tiling(count, m_kernels.tileRows);
        const auto begin = int64_t(t_rows.size());
        for (int64_t r = 0; r < count; ++r) {
            const int64_t tile = r / tiling.rows * tiling.rows;
            t_rows.push_back({.x = job.a + (firstRow + r) * m_product.aRowStride,
                              .tileBegin = begin + tile,
                              .tileRows = tiling.rowsAt(tile)});
        }
    }

    void quantise(const QuantisedRows& rows) const {
        const FloatRow* sources = t_rows.data();
        const int32_t bias = m_product.bType == DType::Q8 ? kQ8Bias : kQ4Bias;
        const int64_t grain = 1 + kMinQuantiseFloats / m_product.depth;
        m_pool.parallelFor(int64_t(t_rows.size()), grain, [&](int64_t begin, int64_t end) {
            for (int64_t r = begin; r < end; ++r) {
                const FloatRow& row = sources[r];
                const QuantisedRows tile(rows, row.tileBegin, m_blocks);
                const int64_t at = r - row.tileBegin;
                m_kernels.quantise(row.x, m_product.depth, bias,
                                   {.codes = tile.codes + at * kQuantBlock,
                                    .scales = tile.scales + at,
                                    .starts = tile.starts + at,
                                    .rows = row.tileRows});
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
            const int64_t step = std::max<int64_t>(1, unitWork / ((rowEnd - row) * panelWork()));
            for (int64_t begin = 0; begin < panels; begin += step)
                t_units.push_back(
                    {&job, firstRow, row, rowEnd, begin, std::min(begin + step, panels)});
        }
    }

    static int64_t sourceRow(const Unit& unit, int64_t row) {
        return unit.firstRow + (unit.job->aSource ? unit.job->aSource[row] : row);
    }

    /// The unit's rows in tiles.
    QuantisedRows tilesOf(const QuantisedRows& rows, const Unit& unit, const Tiling& tiling) const {
        if (!unit.job->aSource || tiling.count == 1)
            return QuantisedRows(rows, sourceRow(unit, unit.rowBegin), m_blocks);
        const QuantisedRows packed(
            threadScratch(ScratchUse::Rows, QuantisedRows::floats(tiling.count, m_blocks)),
            tiling.count, m_blocks);
        for (int64_t r = 0; r < tiling.count; r += tiling.rows)
            for (int64_t i = 0; i < tiling.rowsAt(r); ++i)
                QuantisedRows(packed, r, m_blocks)
                    .put(i, tiling.rowsAt(r),
                         QuantisedRows(rows, sourceRow(unit, unit.rowBegin + r + i), m_blocks),
                         m_blocks);
        return packed;
    }

    void computeUnit(const QuantisedRows& rows, const Unit& unit) const {
        const Tiling tiling(unit.rowEnd - unit.rowBegin, m_kernels.tileRows);
        const QuantisedRows tiles = tilesOf(rows, unit, tiling);
        const int64_t step = tiling.tiles == 1 ? unit.panelEnd - unit.panelBegin : 1;
        for (int64_t panel = unit.panelBegin; panel < unit.panelEnd; panel += step) {
            TileRange range{.panelBegin = panel,
                            .panelEnd = panel + step,
                            .opened = openPanel(unit, panel, tiling.count)};
            for (int64_t r = 0; r < tiling.count; r += tiling.rows) {
                range.rowBegin = unit.rowBegin + r;
                range.rows = tiling.rowsAt(r);
                if (tiling.tiles > 1 && panel + 1 < unit.panelEnd)
                    fetchAhead(panelAt(unit, panel + 1), r / tiling.rows, tiling.tiles, range);
                computeTile(QuantisedRows(tiles, r, m_blocks), unit, range);
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
        int64_t aheadLines = 0;
    };

    /// The next panel in parts, one with each tile of this one: read by its first tile alone, it
    /// would come slower than that computes, and nothing would be read meanwhile.
    void fetchAhead(const std::byte* next, int64_t tile, int64_t tiles, TileRange& range) const {
        const int64_t lines = (panelBytes(m_product.bType, m_product.depth) + 63) / 64;
        const int64_t perBlock = (lines + tiles * m_blocks - 1) / (tiles * m_blocks);
        const int64_t begin = tile * m_blocks * perBlock;
        range.ahead = next + begin * 64;
        range.aheadLines = begin < lines ? perBlock : 0;
    }

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
             .aheadLines = range.aheadLines,
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
