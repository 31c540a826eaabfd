// The cached rows of one sequence by position: which page holds it, and its values as floats.
#pragma once
#include <algorithm>
#include <array>
#include <cstring>

#include "engine/cpu/cpu_tensor.h"

namespace hearth::engine::cpu {

/// A row's elements are contiguous; the cache is F32 or BF16.
class PagedRows {
public:
    PagedRows(const Tensor& cache, const Tensor& pageTables, int64_t pageTokens)
        : m_tables(pageTables),
          m_pageTokens(pageTokens),
          m_data(static_cast<const std::byte*>(dataOf(cache))),
          m_type(cache.dtype()),
          m_element(dtypeSize(m_type)),
          m_stride(cache.rowStride() * m_element) {}

    void choose(int64_t sequence) { m_pages = m_tables[sequence]; }

    /// `count` elements from `column` on, as floats.
    void copy(const Kernels& kernels, int64_t position, int64_t column, int64_t count,
              float* target) const {
        const std::byte* source = at(position, column);
        if (m_type == DType::F32)
            std::memcpy(target, source, size_t(count) * sizeof(float));
        else
            kernels.bf16ToFloat(reinterpret_cast<const uint16_t*>(source), count, target);
    }

    /// The same in the cache's own type.
    void copyRaw(int64_t position, int64_t column, int64_t count, std::byte* target) const {
        std::memcpy(target, at(position, column), size_t(count * m_element));
    }

    /// Up to kPanel rows from a position on, as a panel [depth][kPanel]; missing rows are zero.
    void loadPanel(const Kernels& kernels, int64_t position, int64_t count, int64_t column,
                   int64_t depth, float* panel) const {
        if (count < kPanel)
            std::fill(panel, panel + kPanel * depth, 0.0f);
        if (m_type == DType::F32)
            kernels.interleave(pointers<float>(position, count, column).data(), count, depth, panel,
                               kPanel);
        else
            kernels.interleaveBf16(pointers<uint16_t>(position, count, column).data(), count, depth,
                                   panel, kPanel);
    }

    /// Calls put(i, row) for rows first.. first + count - 1, in the cache's own type.
    template <typename Put>
    void eachRow(int64_t first, int64_t count, Put put) const {
        const std::byte* row = nullptr;
        int64_t left = 0;  // of a page
        for (int64_t i = 0; i < count; ++i, --left, row += m_stride) {
            if (left == 0) {
                row = at(first + i, 0);
                left = m_pageTokens - (first + i) % m_pageTokens;
            }
            put(i, row);
        }
    }

    /// Where an element lies, in the cache's own type.
    const std::byte* at(int64_t position, int64_t column) const {
        const int64_t page = m_pages[position / m_pageTokens];
        const int64_t slot = page * m_pageTokens + position % m_pageTokens;
        return m_data + slot * m_stride + column * m_element;
    }

    DType type() const { return m_type; }

private:
    template <typename T>
    std::array<const T*, kPanel> pointers(int64_t position, int64_t count, int64_t column) const {
        std::array<const T*, kPanel> rows;
        for (int64_t i = 0; i < count; ++i)
            rows[size_t(i)] = reinterpret_cast<const T*>(at(position + i, column));
        return rows;
    }

    Rows<const int32_t> m_tables;
    int64_t m_pageTokens;
    const std::byte* m_data;
    DType m_type;
    int64_t m_element;
    int64_t m_stride;
    const int32_t* m_pages = nullptr;
};

}  // namespace hearth::engine::cpu
