// Grouped-query attention over the paged cache with an online softmax. Blocks of keys are
// counted from position 0 and every row of a tile is computed by itself, so a query gets the
// same bits alone, in a batch, and in a prompt of any length. A block of which a row sees
// nothing leaves the row's sums as they are, so skipping it or not gives the same bits too.
#include <algorithm>
#include <array>
#include <limits>
#include <utility>
#include <vector>

#include "engine/cpu/cpu_ops.h"
#include "engine/cpu/paged_rows.h"
#include "engine/cpu/scratch.h"

namespace hearth::engine::cpu {
namespace {

constexpr int64_t kKeyBlock = 4 * kPanel;
// (query, head) rows that share a packed block of keys: enough to make packing cheap beside the
// products, and few enough for their queries and sums to stay in an outer cache of 512 kB.
constexpr int64_t kMaxItemRows = 192;

/// Some queries of a segment with the heads that share a key head.
struct Item {
    const PagedSegment* segment = nullptr;
    int64_t kvHead = 0;
    int64_t queryBegin = 0;  // within the segment
    int64_t queryEnd = 0;
};

/// Runs one item at a time on one thread. Row r of an item is head r % group of query r / group.
class GroupAttention {
public:
    GroupAttention(const Kernels& kernels, const PagedAttentionParams& params)
        : m_kernels(kernels),
          m_params(params),
          m_q(params.q),
          m_cache(params.cache, params.page_tables, params.page_tokens),
          m_out(params.out),
          m_group(params.heads / params.kv_heads),
          m_dim(params.q.dim(1) / params.heads),
          m_valueStride(roundUp(m_dim, 16)) {}

    void run(const Item& item) {
        m_item = item;
        m_cache.choose(item.segment->sequence);
        m_rows = (item.queryEnd - item.queryBegin) * m_group;
        reserve();
        beginRows();
        const int64_t keys = position(m_rows - 1) + 1;
        for (int64_t key = firstKey(0) / kKeyBlock * kKeyBlock; key < keys; key += kKeyBlock) {
            loadBlock(key, std::min(kKeyBlock, keys - key));
            for (int64_t row = 0; row < m_rows; row += m_kernels.tileRows)
                runTile(key, row, std::min(m_kernels.tileRows, m_rows - row));
        }
        finish();
    }

private:
    void reserve() {
        const int64_t tileFloats = m_kernels.tileRows * kKeyBlock;
        float* block = threadScratch(ScratchUse::Attention,
                                     (kKeyBlock + kPanel) * m_dim + kKeyBlock * m_valueStride +
                                         2 * tileFloats + m_rows * (2 * m_dim + 2));
        m_keys = std::exchange(block, block + kKeyBlock * m_dim);
        m_values = std::exchange(block, block + kKeyBlock * m_valueStride);
        m_wide = std::exchange(block, block + kPanel * m_dim);
        m_scores = std::exchange(block, block + tileFloats);
        m_weights = std::exchange(block, block + tileFloats);
        m_queries = std::exchange(block, block + m_rows * m_dim);
        m_sums = std::exchange(block, block + m_rows * m_dim);
        m_maximum = std::exchange(block, block + m_rows);
        m_total = block;
        // Columns past the width are read with whole vectors, and never used.
        if (m_valueStride != m_dim)
            std::fill(m_values, m_values + kKeyBlock * m_valueStride, 0.0f);
    }

    int64_t position(int64_t row) const {
        return m_item.segment->k_len - m_item.segment->q_len + m_item.queryBegin + row / m_group;
    }
    /// The first key that a row sees.
    int64_t firstKey(int64_t row) const {
        return m_params.window > 0 ? std::max<int64_t>(0, position(row) - m_params.window + 1) : 0;
    }
    int64_t headOf(int64_t row) const { return m_item.kvHead * m_group + row % m_group; }
    int64_t tokenOf(int64_t row) const {
        return m_item.segment->q_begin + m_item.queryBegin + row / m_group;
    }

    void beginRows() {
        const auto* sinks =
            m_params.sinks.defined() ? Rows<const float>(m_params.sinks).data : nullptr;
        for (int64_t row = 0; row < m_rows; ++row) {
            m_maximum[row] = sinks ? sinks[headOf(row)] : -std::numeric_limits<float>::infinity();
            m_total[row] = sinks ? 1.0f : 0.0f;
        }
        std::fill(m_sums, m_sums + m_rows * m_dim, 0.0f);
        std::array<const float*, kMaxTileRows> sources;
        for (int64_t first = 0; first < m_rows; first += m_kernels.tileRows) {
            const int64_t rows = std::min(m_kernels.tileRows, m_rows - first);
            for (int64_t r = 0; r < rows; ++r)
                sources[size_t(r)] = m_q[tokenOf(first + r)] + headOf(first + r) * m_dim;
            m_kernels.interleave(sources.data(), rows, m_dim, m_queries + first * m_dim, rows);
        }
    }

    /// Keys as [panel][head_dim][kPanel], values row by row.
    void loadBlock(int64_t key, int64_t count) {
        const int64_t keyColumn = m_item.kvHead * m_dim;
        const int64_t valueColumn = keyColumn + m_params.kv_heads * m_dim;
        std::array<const float*, kPanel> rows;
        for (int64_t first = 0; first < count; first += kPanel) {
            const int64_t some = std::min(kPanel, count - first);
            float* panel = m_keys + first * m_dim;
            if (some < kPanel)
                std::fill(panel, panel + kPanel * m_dim, 0.0f);
            for (int64_t i = 0; i < some; ++i) {
                rows[size_t(i)] =
                    m_cache.read(m_kernels, key + first + i, keyColumn, m_dim, m_wide + i * m_dim);
                m_cache.copy(m_kernels, key + first + i, valueColumn, m_dim,
                             m_values + (first + i) * m_valueStride);
            }
            m_kernels.interleave(rows.data(), some, m_dim, panel, kPanel);
        }
    }

    void runTile(int64_t key, int64_t row, int64_t rows) {
        std::array<int64_t, kMaxTileRows> visible, hidden;
        for (int64_t r = 0; r < rows; ++r) {
            visible[size_t(r)] = std::clamp<int64_t>(position(row + r) + 1 - key, 0, kKeyBlock);
            hidden[size_t(r)] = std::clamp<int64_t>(firstKey(row + r) - key, 0, visible[size_t(r)]);
        }
        const int64_t begin = hidden[0], end = visible[size_t(rows - 1)];
        if (begin >= end)
            return;  // the earliest begin, the latest end: no row sees a key
        const int64_t stride = roundUp(end, 16);
        m_kernels.tile({.depth = m_dim,
                        .rows = rows,
                        .columns = stride,
                        .a = m_queries + row * m_dim,
                        .b = m_keys,
                        .panelStride = kPanel * m_dim,
                        .c = m_scores,
                        .cStride = stride});
        std::array<float, kMaxTileRows> correction;
        m_kernels.softmaxBlock({.scores = m_scores,
                                .rows = rows,
                                .stride = stride,
                                .visible = visible.data(),
                                .hidden = hidden.data(),
                                .scale = m_params.scale,
                                .maximum = m_maximum + row,
                                .sum = m_total + row,
                                .correction = correction.data()});
        std::array<const float*, kMaxTileRows> sources;
        float* sums = m_sums + row * m_dim;
        for (int64_t r = 0; r < rows; ++r) {
            sources[size_t(r)] = m_scores + r * stride + begin;
            if (correction[size_t(r)] != 1.0f)
                m_kernels.scale(correction[size_t(r)], m_dim, sums + r * m_dim);
        }
        m_kernels.interleave(sources.data(), rows, end - begin, m_weights, rows);
        m_kernels.tile({.depth = end - begin,
                        .rows = rows,
                        .columns = m_dim,
                        .a = m_weights,
                        .b = m_values + begin * m_valueStride,
                        .panelStride = kPanel,
                        .depthStride = m_valueStride,
                        .c = sums,
                        .cStride = m_dim,
                        .accumulate = true});
    }

    /// Adding to zero turns a -0 that a skipped block would have left into the +0 of one that
    /// was not skipped.
    void finish() {
        for (int64_t row = 0; row < m_rows; ++row) {
            float* out = m_out[tokenOf(row)] + headOf(row) * m_dim;
            std::fill(out, out + m_dim, 0.0f);
            m_kernels.addScaled(m_sums + row * m_dim, 1.0f / m_total[row], m_dim, out);
        }
    }

    const Kernels& m_kernels;
    const PagedAttentionParams& m_params;
    Rows<const float> m_q;
    PagedRows m_cache;
    Rows<float> m_out;
    int64_t m_group;
    int64_t m_dim;
    int64_t m_valueStride;

    Item m_item;
    int64_t m_rows = 0;
    float* m_keys = nullptr;     // [panel][head_dim][kPanel]
    float* m_values = nullptr;   // [kKeyBlock][m_valueStride]
    float* m_wide = nullptr;     // [kPanel][head_dim]: keys of a BF16 cache
    float* m_scores = nullptr;   // [tile rows][visible keys]
    float* m_weights = nullptr;  // [visible keys][tile rows]
    float* m_queries = nullptr;  // [tile][head_dim][tile rows]
    float* m_sums = nullptr;     // [rows][head_dim]
    float* m_maximum = nullptr;  // [rows]
    float* m_total = nullptr;    // [rows]
};

/// Cuts segments so that every thread has work; the latest queries, which see most keys, first.
std::vector<Item> itemsOf(const PagedAttentionParams& p, int threads, int64_t tileRows) {
    int64_t queries = 0;
    for (const PagedSegment& s : p.segments)
        queries += s.q_len;
    const int64_t group = p.heads / p.kv_heads;
    const int64_t fewest = (tileRows + group - 1) / group;
    const int64_t most = std::max(fewest, kMaxItemRows / group);
    const int64_t share = (queries * p.kv_heads + 4 * threads - 1) / (4 * threads);
    const int64_t step = std::clamp(share, fewest, most);
    std::vector<Item> items;
    for (const PagedSegment& s : p.segments) {
        for (int64_t end = s.q_len; end > 0; end -= step) {
            for (int64_t head = 0; head < p.kv_heads; ++head)
                items.push_back({&s, head, std::max<int64_t>(0, end - step), end});
        }
    }
    return items;
}

}  // namespace

void pagedAttention(CpuContext& context, const PagedAttentionParams& p) {
    const std::vector<Item> items = itemsOf(p, context.pool.threads(), context.kernels.tileRows);
    context.pool.parallelFor(int64_t(items.size()), [&](int64_t begin, int64_t end) {
        GroupAttention attention(context.kernels, p);
        for (int64_t i = begin; i < end; ++i)
            attention.run(items[size_t(i)]);
    });
}

}  // namespace hearth::engine::cpu
