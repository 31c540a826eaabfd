// The cached rows of one sequence by position: which page holds it, and its values as floats.
#pragma once
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
          m_element(dtypeSize(cache.dtype())),
          m_stride(cache.rowStride() * m_element) {}

    void choose(int64_t sequence) { m_pages = m_tables[sequence]; }

    /// `count` elements from `column` on: where they are in an F32 cache, else converted into
    /// buffer.
    const float* read(const Kernels& kernels, int64_t position, int64_t column, int64_t count,
                      float* buffer) const {
        const std::byte* source = at(position, column);
        if (m_element == sizeof(float))
            return reinterpret_cast<const float*>(source);
        kernels.bf16ToFloat(reinterpret_cast<const uint16_t*>(source), count, buffer);
        return buffer;
    }

    /// As read, but always into buffer.
    void copy(const Kernels& kernels, int64_t position, int64_t column, int64_t count,
              float* buffer) const {
        const float* source = read(kernels, position, column, count, buffer);
        if (source != buffer)
            std::memcpy(buffer, source, size_t(count) * sizeof(float));
    }

private:
    const std::byte* at(int64_t position, int64_t column) const {
        const int64_t page = m_pages[position / m_pageTokens];
        const int64_t slot = page * m_pageTokens + position % m_pageTokens;
        return m_data + slot * m_stride + column * m_element;
    }

    Rows<const int32_t> m_tables;
    int64_t m_pageTokens;
    const std::byte* m_data;
    int64_t m_element;
    int64_t m_stride;
    const int32_t* m_pages = nullptr;
};

}  // namespace hearth::engine::cpu
