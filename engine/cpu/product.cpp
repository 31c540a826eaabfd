#include "engine/cpu/product.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "engine/cpu/quantised_product.h"
#include "engine/cpu/scratch.h"
#include "engine/float_bits.h"
#include "engine/ops/packed_layout.h"

namespace hearth::engine::cpu {
namespace {

// A weight that is not packed is packed in portions that stay in the outer cache.
constexpr int64_t kPortionElements = int64_t{2} << 20;
// A thread reuses a panel for this many floats of packed rows: half of a common inner cache.
constexpr int64_t kRowGroupElements = 64 << 10;
// Multiply-adds below which handing a unit to another thread costs more than it saves.
constexpr int64_t kMinUnitWork = 48 << 10;

static_assert(kPanel == kPanelOutputs);

bool isQuantised(DType type) {
    return type == DType::Q8 || type == DType::Q4;
}

int64_t panelsOf(int64_t outputs) {
    return (outputs + kPanel - 1) / kPanel;
}

/// A range of panels of one job, packed.
struct Portion {
    const ProductJob* job = nullptr;
    int64_t panelBegin = 0;
    int64_t panelEnd = 0;
    const void* panels = nullptr;  // of panelBegin
};

/// What one thread computes at a time.
struct Unit {
    Portion portion;
    int64_t rowBegin = 0;
    int64_t rowEnd = 0;
};

// Kept between calls, so that nothing is allocated once they are large enough.
thread_local std::vector<Portion> t_portions;
thread_local std::vector<Unit> t_units;

const void* panelAt(const void* panels, DType type, int64_t depth, int64_t index) {
    return static_cast<const std::byte*>(panels) + index * panelBytes(type, depth);
}

/// One panel as F32 from a weight that is not packed.
void packPanel(const Kernels& kernels, const Product& p, const ProductJob& job, int64_t panel,
               float* target) {
    const int64_t first = panel * kPanel, count = std::min(kPanel, p.outputs - first);
    if (count < kPanel)
        std::memset(target, 0, size_t(kPanel * p.depth) * sizeof(float));
    if (p.bOutputStride == 1 && p.bDepthStride != 1) {
        const float* source = static_cast<const float*>(job.b) + first;
        if (count == kPanel) {  // a copy of known size is one instruction, not a call
            for (int64_t k = 0; k < p.depth; ++k)
                std::memcpy(target + k * kPanel, source + k * p.bDepthStride,
                            size_t(kPanel) * sizeof(float));
            return;
        }
        kernels.copyColumns(source, p.bDepthStride, count, p.depth, target, kPanel);
        return;
    }
    std::array<const float*, kPanel> rows;
    if (p.bType == DType::F32) {
        for (int64_t n = 0; n < count; ++n)
            rows[size_t(n)] = static_cast<const float*>(job.b) + (first + n) * p.bOutputStride;
    } else {
        float* wide = threadScratch(ScratchUse::Rows, kPanel * p.depth);
        const auto convert = p.bType == DType::BF16 ? bf16ToFloat : f16ToFloat;
        for (int64_t n = 0; n < count; ++n) {
            const auto* bits = static_cast<const uint16_t*>(job.b) + (first + n) * p.bOutputStride;
            rows[size_t(n)] = wide + n * p.depth;
            for (int64_t k = 0; k < p.depth; ++k)
                wide[n * p.depth + k] = convert(bits[k]);
        }
    }
    kernels.interleave(rows.data(), count, p.depth, target, kPanel);
}

/// Rows [first, first + count) as [depth][count].
void packRows(const Kernels& kernels, const Product& p, const ProductJob& job, int64_t first,
              int64_t count, float* target) {
    if (p.aDepthStride != 1) {
        kernels.copyColumns(job.a + first, p.aDepthStride, count, p.depth, target, count);
        return;
    }
    std::array<const float*, kMaxTileRows> rows;
    for (int64_t r = 0; r < count; ++r)
        rows[size_t(r)] = job.a + (job.aSource ? job.aSource[first + r] : first + r) * p.aRowStride;
    kernels.interleave(rows.data(), count, p.depth, target, count);
}

class Multiplication {
public:
    Multiplication(ThreadPool& pool, const Kernels& kernels, const Product& product)
        : m_pool(pool), m_kernels(kernels), m_product(product) {
        m_portions.clear();
        m_units.clear();
    }

    void run() {
        if (m_product.bPacked) {
            for (const ProductJob& job : m_product.jobs)
                m_portions.push_back({&job, 0, panelsOf(m_product.outputs), job.b});
            compute();
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
    int64_t portionPanels() const {
        return std::max<int64_t>(
            1, kPortionElements / (kPanel * std::max<int64_t>(1, m_product.depth)));
    }

    void packAndCompute() {
        if (m_portions.empty())
            return;
        struct Panel {
            const ProductJob* job;
            int64_t index;
        };
        std::vector<Panel> panels;
        for (const Portion& portion : m_portions) {
            for (int64_t i = portion.panelBegin; i < portion.panelEnd; ++i)
                panels.push_back({portion.job, i});
        }
        const int64_t panelElements = kPanel * m_product.depth;
        float* packed = threadScratch(ScratchUse::Weights, int64_t(panels.size()) * panelElements);
        const int64_t grain = 1 + kMinUnitWork / 4 / (panelElements + 1);
        m_pool.parallelFor(int64_t(panels.size()), grain, [&](int64_t begin, int64_t end) {
            for (int64_t i = begin; i < end; ++i)
                packPanel(m_kernels, m_product, *panels[size_t(i)].job, panels[size_t(i)].index,
                          packed + i * panelElements);
        });
        for (Portion& portion : m_portions) {
            portion.panels = packed;
            packed += (portion.panelEnd - portion.panelBegin) * panelElements;
        }
        m_panelType = DType::F32;
        compute();
        m_portions.clear();
        m_units.clear();
    }

    void compute() {
        int64_t work = 0;
        for (const Portion& portion : m_portions)
            work += portion.job->rows * (portion.panelEnd - portion.panelBegin) * kPanel *
                    m_product.depth;
        const int64_t unitWork = std::max(kMinUnitWork, work / (m_pool.threads() * 4));
        for (const Portion& portion : m_portions)
            cut(portion, unitWork);
        const int64_t grain = work < 2 * kMinUnitWork ? int64_t(m_units.size()) : 1;
        m_pool.parallelFor(int64_t(m_units.size()), grain, [&](int64_t begin, int64_t end) {
            for (int64_t i = begin; i < end; ++i)
                computeUnit(m_units[size_t(i)]);
        });
    }

    int64_t rowGroup() const {
        const int64_t tiles =
            kRowGroupElements / (m_kernels.tileRows * std::max<int64_t>(1, m_product.depth));
        return m_kernels.tileRows * std::clamp<int64_t>(tiles, 1, 8);
    }

    /// Groups of rows first; panels are shared out too while the units stay large enough.
    void cut(const Portion& portion, int64_t unitWork) {
        const int64_t group = rowGroup();
        for (int64_t row = 0; row < portion.job->rows; row += group) {
            const int64_t rowEnd = std::min(row + group, portion.job->rows);
            const int64_t panelWork =
                (rowEnd - row) * kPanel * std::max<int64_t>(1, m_product.depth);
            int64_t step = std::max<int64_t>(1, unitWork / panelWork);
            if (step > 4)
                step = step / 4 * 4;  // few rows run fastest on four panels at once
            for (int64_t begin = portion.panelBegin; begin < portion.panelEnd; begin += step) {
                Unit unit{portion, row, rowEnd};
                unit.portion.panelBegin = begin;
                unit.portion.panelEnd = std::min(begin + step, portion.panelEnd);
                unit.portion.panels = panelAt(portion.panels, m_panelType, m_product.depth,
                                              begin - portion.panelBegin);
                m_units.push_back(unit);
            }
        }
    }

    /// Packs the unit's rows, then runs every block of panels over all of them, so that the
    /// panels are read from the inner cache.
    void computeUnit(const Unit& unit) const {
        const Product& p = m_product;
        const ProductJob& job = *unit.portion.job;
        const int64_t rows = unit.rowEnd - unit.rowBegin;
        const int64_t tiles = (rows + m_kernels.tileRows - 1) / m_kernels.tileRows;
        const int64_t tileRows = (rows + tiles - 1) / tiles;
        const float* packed =
            job.a + (job.aSource ? job.aSource[unit.rowBegin] : unit.rowBegin) * p.aRowStride;
        if (rows > 1 || p.aDepthStride != 1) {
            float* target = threadScratch(ScratchUse::Rows, rows * p.depth);
            packed = target;
            for (int64_t r = 0; r < rows; r += tileRows)
                packRows(m_kernels, p, job, unit.rowBegin + r, std::min(tileRows, rows - r),
                         target + r * p.depth);
        }
        const int64_t panels = unit.portion.panelEnd - unit.portion.panelBegin;
        const int64_t step = rows > tileRows ? 1 : panels;
        for (int64_t panel = 0; panel < panels; panel += step) {
            const int64_t column = (unit.portion.panelBegin + panel) * kPanel;
            TileParams tile{.depth = p.depth,
                            .columns = std::min(step * kPanel, p.outputs - column),
                            .b = panelAt(unit.portion.panels, m_panelType, p.depth, panel),
                            .bType = m_panelType,
                            .panelStride = kPanel * p.depth,
                            .cStride = p.cStride,
                            .accumulate = p.accumulate,
                            .scale = p.scale};
            for (int64_t r = 0; r < rows; r += tileRows) {
                tile.rows = std::min(tileRows, rows - r);
                tile.a = packed + r * p.depth;
                tile.c = job.c + (unit.rowBegin + r) * p.cStride + column;
                m_kernels.tile(tile);
            }
        }
    }

    ThreadPool& m_pool;
    const Kernels& m_kernels;
    const Product& m_product;
    DType m_panelType = m_product.bType;
    // This thread's, for all: workers read them through these.
    std::vector<Portion>& m_portions = t_portions;
    std::vector<Unit>& m_units = t_units;
};

}  // namespace

void multiply(ThreadPool& pool, const Kernels& kernels, const Product& product) {
    if (isQuantised(product.bType))
        return multiplyQuantised(pool, *kernels.quantised, product);
    Multiplication(pool, kernels, product).run();
}

void packWeight(ThreadPool& pool, const Kernels& kernels, DType type, const void* source,
                int64_t outputs, int64_t depth, void* target) {
    if (type == DType::F32) {
        const Product p{.outputs = outputs, .depth = depth, .bOutputStride = depth};
        const ProductJob job{.b = source};
        pool.parallelFor(panelsOf(outputs), [&](int64_t begin, int64_t end) {
            for (int64_t i = begin; i < end; ++i)
                packPanel(kernels, p, job, i, static_cast<float*>(target) + i * kPanel * depth);
        });
        return;
    }
    const auto* bits = static_cast<const uint16_t*>(source);
    pool.parallelFor(panelsOf(outputs), [&](int64_t begin, int64_t end) {
        auto* out = static_cast<uint16_t*>(target) + begin * kPanel * depth;
        for (int64_t first = begin * kPanel; first < end * kPanel; first += kPanel) {
            for (int64_t k = 0; k < depth; ++k) {
                for (int64_t n = first; n < first + kPanel; ++n)
                    *out++ = n < outputs ? bits[n * depth + k] : uint16_t(0);
            }
        }
    });
}

}  // namespace hearth::engine::cpu
