#include "engine/cpu/product.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "engine/cpu/panel_multiplication.h"
#include "engine/cpu/quantised_product.h"
#include "engine/cpu/scratch.h"
#include "engine/float_bits.h"
#include "engine/ops/packed_layout.h"

namespace hearth::engine::cpu {
namespace {

// A thread reuses a panel for this many floats of packed rows: half of a common inner cache.
constexpr int64_t kRowGroupElements = 64 << 10;
static_assert(kPanel == kPanelOutputs);

bool isQuantised(DType type) {
    return type == DType::Q8 || type == DType::Q4;
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

/// Operands in F32, or weights in the type in which they were packed.
class FloatOperands {
public:
    FloatOperands(const Kernels& kernels, const Product& p) : product(p), m_kernels(kernels) {}

    const Product& product;

    int64_t tileRows() const { return m_kernels.tileRows; }
    int64_t tilesOfGroup() const {
        const int64_t tiles =
            kRowGroupElements / (m_kernels.tileRows * std::max<int64_t>(1, product.depth));
        return std::clamp<int64_t>(tiles, 1, 8);
    }
    int64_t ownPanelBytes() const { return panelBytes(DType::F32, product.depth); }
    int64_t givenPanelBytes() const { return panelBytes(product.bType, product.depth); }

    void packPanels(const ProductJob& job, int64_t begin, int64_t end, std::byte* target) const {
        for (int64_t panel = begin; panel < end; ++panel, target += ownPanelBytes())
            packPanel(m_kernels, product, job, panel, reinterpret_cast<float*>(target));
    }

    /// Packs the unit's rows, then runs every block of panels over all of them, so that the
    /// panels are read from the inner cache.
    void compute(const Unit& unit, int64_t bytesOfPanel) const {
        const Product& p = product;
        const ProductJob& job = *unit.portion.job;
        const int64_t rows = unit.rowEnd - unit.rowBegin;
        const int64_t tileRows = evenTileRows(rows, m_kernels.tileRows);
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
                            .b = unit.portion.panels + panel * bytesOfPanel,
                            .bType = p.bPacked ? p.bType : DType::F32,
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

private:
    const Kernels& m_kernels;
};

}  // namespace

std::vector<Portion>& portionList() {
    static thread_local std::vector<Portion> list;
    return list;
}

std::vector<Unit>& unitList() {
    static thread_local std::vector<Unit> list;
    return list;
}

void multiply(ThreadPool& pool, const Kernels& kernels, const Product& product) {
    if (isQuantised(product.bType))
        return multiplyQuantised(pool, *kernels.quantised, product);
    const FloatOperands operands(kernels, product);
    PanelMultiplication(pool, operands).run();
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
