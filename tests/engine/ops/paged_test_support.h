// What the tests of ops over the paged cache share: a cache whose pages are out of order, and
// the tolerance of an attention output.
#pragma once
#include "tests/engine/ops/op_test_support.h"

namespace hearth::test {

// Values lie in [-1, 1) and weights sum to 1, so an output's error is a few roundings of each
// of its keys plus the error of the exponentials, relative to 1.
inline double attentionTolerance(int64_t keys, int64_t depth, double scale) {
    return kEpsilon *
           (double(keys) / 4 + 16 + 4 * scale * double(depth) * std::sqrt(double(depth)));
}

/// Columns of a wider cache with the rows of several sequences in shuffled pages. Slots that
/// hold no row are NaN, so that an op which reads one shows it.
class PagedCache {
public:
    struct Shape {
        DType type = DType::F32;
        int64_t page_tokens = 8;
        int64_t columns_before = 0;
        int64_t columns_after = 0;
    };

    PagedCache(Backend& backend, const Shape& shape, const std::vector<Matrix>& rows)
        : m_shape(shape) {
        int64_t pages = 0;
        for (const Matrix& m : rows) {
            m_maxPages = std::max(m_maxPages, pagesOf(m));
            pages += pagesOf(m);
        }
        poison(backend, pages, rows.at(0).columns);
        // Pages are taken from the last down, two steps at a time.
        int64_t next = 0;
        for (const Matrix& m : rows) {
            std::vector<int32_t> own(size_t(m_maxPages), 0);
            for (int64_t i = 0; i < pagesOf(m); ++i, ++next) {
                const int64_t odd = (pages + 1) / 2;
                own[size_t(i)] =
                    int32_t(pages - 1 - (next < odd ? 2 * next : 2 * (next - odd) + 1));
            }
            write(backend, m, own);
            m_pages.push_back(own);
        }
    }

    const Tensor& view() const { return m_view; }
    int64_t pageTokens() const { return m_shape.page_tokens; }
    /// The page of position 0, page_tokens, ... of a sequence.
    const std::vector<int32_t>& pages(int64_t sequence) const { return m_pages[size_t(sequence)]; }
    /// Page tables of the sequences named.
    Tensor tables(Backend& backend, const std::vector<int32_t>& sequences) const {
        std::vector<int32_t> all;
        for (int32_t s : sequences)
            all.insert(all.end(), pages(s).begin(), pages(s).end());
        return uploadInts(backend, all).reshaped({int64_t(sequences.size()), m_maxPages});
    }

private:
    int64_t pagesOf(const Matrix& rows) const {
        return (rows.rows + m_shape.page_tokens - 1) / m_shape.page_tokens;
    }

    void poison(Backend& backend, int64_t pages, int64_t width) {
        const int64_t slots = pages * m_shape.page_tokens;
        const int64_t all = m_shape.columns_before + width + m_shape.columns_after;
        const std::vector<float> nan(size_t(slots * all), NAN);
        m_all = allocate(backend, m_shape.type, {slots, all});
        engine::ops::copy(backend, {.x = uploadFloats(backend, nan, {slots, all}), .out = m_all});
        m_view = m_all.columns(m_shape.columns_before, m_shape.columns_before + width);
    }

    void write(Backend& backend, const Matrix& rows, const std::vector<int32_t>& pages) {
        std::vector<int32_t> slots;
        for (int64_t j = 0; j < rows.rows; ++j)
            slots.push_back(int32_t(pages[size_t(j / m_shape.page_tokens)] * m_shape.page_tokens +
                                    j % m_shape.page_tokens));
        const std::vector<float> values(rows.values.begin(), rows.values.end());
        engine::ops::cacheWrite(backend,
                                {.rows = uploadFloats(backend, values, {rows.rows, rows.columns}),
                                 .slots = uploadInts(backend, slots),
                                 .cache = m_view});
    }

    Shape m_shape;
    int64_t m_maxPages = 0;
    Tensor m_all;
    Tensor m_view;
    std::vector<std::vector<int32_t>> m_pages;
};

}  // namespace hearth::test
