// How a product is shared among threads, whatever its operands look like when they are packed.
#pragma once
#include <algorithm>
#include <vector>

#include "engine/cpu/product.h"
#include "engine/cpu/scratch.h"

namespace hearth::engine::cpu {

constexpr int64_t panelsOf(int64_t outputs) {
    return (outputs + kPanel - 1) / kPanel;
}

/// A range of panels of one job, packed.
struct Portion {
    const ProductJob* job = nullptr;
    int64_t panelBegin = 0;
    int64_t panelEnd = 0;
    const std::byte* panels = nullptr;  // of panelBegin
};

/// What one thread computes at a time.
struct Unit {
    Portion portion;
    int64_t rowBegin = 0;
    int64_t rowEnd = 0;
};

/// This thread's lists, kept between calls, so that nothing is allocated once they are large
/// enough.
std::vector<Portion>& portionList();
std::vector<Unit>& unitList();

/// Operands: product, tileRows(), tilesOfGroup() (rows that are packed at once), ownPanelBytes()
/// (of a panel that is packed here), givenPanelBytes(), packPanels(job, begin, end, target),
/// compute(unit, panelBytes).
template <typename Operands>
class PanelMultiplication {
public:
    PanelMultiplication(ThreadPool& pool, const Operands& operands)
        : m_pool(pool), m_operands(operands), m_product(operands.product) {
        m_portions.clear();
        m_units.clear();
    }

    void run() {
        if (m_product.bPacked) {
            for (const ProductJob& job : m_product.jobs)
                m_portions.push_back(
                    {&job, 0, panelsOf(m_product.outputs), static_cast<const std::byte*>(job.b)});
            compute(m_operands.givenPanelBytes());
            return;
        }
        int64_t room = portionPanels();
        for (const ProductJob& job : m_product.jobs) {
            const int64_t panels = job.rows > 0 ? panelsOf(m_product.outputs) : 0;
            for (int64_t begin = 0, end; begin < panels; begin = end) {
                end = std::min(panels, begin + room);
                m_portions.push_back({&job, begin, end, nullptr});
                room -= end - begin;
                if (room == 0) {
                    packAndCompute();
                    room = portionPanels();
                }
            }
        }
        packAndCompute();
    }

private:
    // A weight that is not packed is packed in portions that stay in the outer cache.
    static constexpr int64_t kPortionBytes = int64_t{8} << 20;
    // Multiply-adds below which handing a unit to another thread costs more than it saves.
    static constexpr int64_t kMinUnitWork = 48 << 10;

    int64_t depth() const { return std::max<int64_t>(1, m_product.depth); }
    int64_t portionPanels() const {
        return std::max<int64_t>(1,
                                 kPortionBytes / std::max<int64_t>(1, m_operands.ownPanelBytes()));
    }

    void packAndCompute() {
        if (m_portions.empty())
            return;
        const int64_t bytes = m_operands.ownPanelBytes();
        int64_t panels = 0;
        for (const Portion& portion : m_portions)
            panels += portion.panelEnd - portion.panelBegin;
        auto* packed = reinterpret_cast<std::byte*>(
            threadScratch(ScratchUse::Weights, panels * bytes / int64_t(sizeof(float))));
        for (Portion& portion : m_portions) {
            portion.panels = packed;
            packed += (portion.panelEnd - portion.panelBegin) * bytes;
        }
        pack(panels, bytes);
        compute(bytes);
        m_portions.clear();
        m_units.clear();
    }

    /// Panels [begin, end) of all portions in turn, on a thread that takes neighbours together.
    void pack(int64_t panels, int64_t bytes) {
        const int64_t grain = 1 + kMinUnitWork / 4 / (kPanel * m_product.depth + 1);
        m_pool.parallelFor(panels, grain, [&](int64_t begin, int64_t end) {
            int64_t first = 0;  // of the portion, among all panels
            for (const Portion& portion : m_portions) {
                const int64_t count = portion.panelEnd - portion.panelBegin;
                const int64_t from = std::max(begin, first), to = std::min(end, first + count);
                if (from < to)
                    m_operands.packPanels(
                        *portion.job, portion.panelBegin + from - first,
                        portion.panelBegin + to - first,
                        const_cast<std::byte*>(portion.panels) + (from - first) * bytes);
                first += count;
            }
        });
    }

    void compute(int64_t panelBytes) {
        int64_t work = 0;
        for (const Portion& portion : m_portions)
            work += portion.job->rows * (portion.panelEnd - portion.panelBegin) * kPanel *
                    m_product.depth;
        const int64_t unitWork = std::max(kMinUnitWork, work / (m_pool.threads() * 4));
        for (const Portion& portion : m_portions)
            cut(portion, unitWork, panelBytes);
        const int64_t grain = work < 2 * kMinUnitWork ? int64_t(m_units.size()) : 1;
        m_pool.parallelFor(int64_t(m_units.size()), grain, [&](int64_t begin, int64_t end) {
            for (int64_t i = begin; i < end; ++i)
                m_operands.compute(m_units[size_t(i)], panelBytes);
        });
    }

    /// Groups of rows first; panels are shared out too while the units stay large enough.
    void cut(const Portion& portion, int64_t unitWork, int64_t panelBytes) {
        const int64_t group = m_operands.tileRows() * m_operands.tilesOfGroup();
        for (int64_t row = 0; row < portion.job->rows; row += group) {
            const int64_t rowEnd = std::min(row + group, portion.job->rows);
            const int64_t panelWork = (rowEnd - row) * kPanel * depth();
            int64_t step = std::max<int64_t>(1, unitWork / panelWork);
            if (step > 4)
                step = step / 4 * 4;  // few rows run fastest on four panels at once
            for (int64_t begin = portion.panelBegin; begin < portion.panelEnd; begin += step) {
                Unit unit{portion, row, rowEnd};
                unit.portion.panelBegin = begin;
                unit.portion.panelEnd = std::min(begin + step, portion.panelEnd);
                unit.portion.panels += (begin - portion.panelBegin) * panelBytes;
                m_units.push_back(unit);
            }
        }
    }

    ThreadPool& m_pool;
    const Operands& m_operands;
    const Product& m_product;
    // This thread's, for all: workers read them through these.
    std::vector<Portion>& m_portions = portionList();
    std::vector<Unit>& m_units = unitList();
};

/// Rows of a unit in tiles of nearly equal size.
inline int64_t evenTileRows(int64_t rows, int64_t most) {
    const int64_t tiles = (rows + most - 1) / most;
    return (rows + tiles - 1) / tiles;
}

}  // namespace hearth::engine::cpu
