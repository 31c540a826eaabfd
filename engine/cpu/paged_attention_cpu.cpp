// Grouped-query attention over the paged cache with an online softmax. Blocks of keys are
// counted from position 0 and every row of a tile is computed by itself, so a query gets the
// same bits alone, in a batch, and in a prompt of any length. A block of which a row sees
// nothing leaves the row's sums as they are, so skipping it or not gives the same bits too.
#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <utility>

#include "engine/cpu/cpu_ops.h"
#include "engine/cpu/paged_rows.h"
#include "engine/cpu/scratch.h"
#include "engine/step_memory.h"

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
          m_valueStride(roundUp(m_dim, 16)),
          m_element(dtypeSize(m_cache.type())) {}

    void run(const Item& item) {
        m_item = item;
        m_cache.choose(item.segment->sequence);
        m_rows = (item.queryEnd - item.queryBegin) * m_group;
        reserve();
        beginRows();
        const int64_t keys = position(m_rows - 1) + 1;
        for (int64_t key = firstKey(0) / kKeyBlock * kKeyBlock; key < keys; key += kKeyBlock)
            runBlock(key, std::min(kKeyBlock, keys - key));
        finish();
    }

private:
    void reserve() {
        const int64_t tileFloats = m_kernels.tileRows * kKeyBlock;
        float* block = threadScratch(ScratchUse::Attention,
                                     kPanel * m_dim + kKeyBlock * m_valueStride + tileFloats +
                                         m_rows * (kKeyBlock + 2 * m_dim + 2));
        m_keys = std::exchange(block, block + kPanel * m_dim);
        m_values =
            reinterpret_cast<std::byte*>(std::exchange(block, block + kKeyBlock * m_valueStride));
        m_weights = std::exchange(block, block + tileFloats);
        m_scores = std::exchange(block, block + m_rows * kKeyBlock);
        m_queries = std::exchange(block, block + m_rows * m_dim);
        m_sums = std::exchange(block, block + m_rows * m_dim);
        m_maximum = std::exchange(block, block + m_rows);
        m_total = block;
        // Columns past the width are read with whole vectors, and never used.
        if (m_valueStride != m_dim)
            std::memset(m_values, 0, size_t(kKeyBlock * m_valueStride * m_element));
    }

    int64_t position(int64_t row) const {
        return m_item.segment->k_len - m_item.segment->q_len + m_item.queryBegin + row / m_group;
    }
    /// The first key that a row sees.
    int64_t firstKey(int64_t row) const {
        return m_params.window > 0 ? std::max<int64_t>(0, position(row) - m_params.window + 1) : 0;
    }
    std::byte* value(int64_t index) const { return m_values + index * m_valueStride * m_element; }
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

    /// A panel of keys serves all tiles while it is in the innermost cache.
    void runBlock(int64_t key, int64_t count) {
        const int64_t keyColumn = m_item.kvHead * m_dim;
        const int64_t valueColumn = keyColumn + m_params.kv_heads * m_dim;
        for (int64_t first = 0; first < count; first += kPanel) {
            const int64_t some = std::min(kPanel, count - first);
            m_cache.loadPanel(m_kernels, key + first, some, keyColumn, m_dim, m_keys);
            for (int64_t i = first; i < first + some; ++i)
                m_cache.copyRaw(key + i, valueColumn, m_dim, value(i));
            forEachTile([&](int64_t row, int64_t rows) { scorePanel(key, first, row, rows); });
        }
        forEachTile([&](int64_t row, int64_t rows) { addValues(key, row, rows); });
    }

    template <typename Function>
    void forEachTile(Function function) const {
        for (int64_t row = 0; row < m_rows; row += m_kernels.tileRows)
            function(row, std::min(m_kernels.tileRows, m_rows - row));
    }

    /// Of the block at key, how many keys come before the end of what a row sees, and how many of
    /// those before its window.
    int64_t visibleTo(int64_t row, int64_t key) const {
        return std::clamp<int64_t>(position(row) + 1 - key, 0, kKeyBlock);
    }
    int64_t hiddenFrom(int64_t row, int64_t key) const {
        return std::clamp<int64_t>(firstKey(row) - key, 0, visibleTo(row, key));
    }

    void scorePanel(int64_t key, int64_t first, int64_t row, int64_t rows) {
        // Later rows see further, earlier rows see further back.
        if (visibleTo(row + rows - 1, key) <= first || hiddenFrom(row, key) >= first + kPanel)
            return;
        m_kernels.tile({.depth = m_dim,
                        .rows = rows,
                        .columns = kPanel,
                        .a = m_queries + row * m_dim,
                        .b = m_keys,
                        .c = m_scores + row * kKeyBlock + first,
                        .cStride = kKeyBlock});
    }

    void addValues(int64_t key, int64_t row, int64_t rows) {
        std::array<int64_t, kMaxTileRows> visible, hidden;
        for (int64_t r = 0; r < rows; ++r) {
            visible[size_t(r)] = visibleTo(row + r, key);
            hidden[size_t(r)] = hiddenFrom(row + r, key);
        }
        const int64_t begin = hidden[0], end = visible[size_t(rows - 1)];
        if (begin >= end)
            return;  // no row sees a key
        std::array<float, kMaxTileRows> correction;
        m_kernels.softmaxBlock({.scores = m_scores + row * kKeyBlock,
                                .rows = rows,
                                .stride = kKeyBlock,
                                .columns = roundUp(end, 16),
                                .visible = visible.data(),
                                .hidden = hidden.data(),
                                .scale = m_params.scale,
                                .maximum = m_maximum + row,
                                .sum = m_total + row,
                                .correction = correction.data()});
        std::array<const float*, kMaxTileRows> sources;
        float* sums = m_sums + row * m_dim;
        for (int64_t r = 0; r < rows; ++r) {
            sources[size_t(r)] = m_scores + (row + r) * kKeyBlock + begin;
            if (correction[size_t(r)] != 1.0f)
                m_kernels.scale(correction[size_t(r)], m_dim, sums + r * m_dim);
        }
        m_kernels.interleave(sources.data(), rows, end - begin, m_weights, rows);
        m_kernels.tile({.depth = end - begin,
                        .rows = rows,
                        .columns = m_dim,
                        .a = m_weights,
                        .b = value(begin),
                        .bType = m_cache.type(),
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
    int64_t m_element;  // bytes of the cache's type

    Item m_item;
    int64_t m_rows = 0;
    float* m_keys = nullptr;        // [head_dim][kPanel]
    std::byte* m_values = nullptr;  // [kKeyBlock][m_valueStride], in the cache's type
    float* m_weights = nullptr;     // [visible keys][tile rows]
    float* m_scores = nullptr;      // [rows][kKeyBlock]
    float* m_queries = nullptr;     // [tile][head_dim][tile rows]
    float* m_sums = nullptr;        // [rows][head_dim]
    float* m_maximum = nullptr;     // [rows]
    float* m_total = nullptr;       // [rows]
};

/// Cuts segments so that every thread has work; the latest queries, which see most keys, first.
StepVector<Item> itemsOf(const PagedAttentionParams& p, int threads, int64_t tileRows) {
    int64_t queries = 0;
    for (const PagedSegment& s : p.segments)
        queries += s.q_len;
    const int64_t group = p.heads / p.kv_heads;
    const int64_t fewest = (tileRows + group - 1) / group;
    const int64_t most = std::max(fewest, kMaxItemRows / group);
    const int64_t share = (queries * p.kv_heads + 4 * threads - 1) / (4 * threads);
    const int64_t step = std::clamp(share, fewest, most);
    StepVector<Item> items;
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
    const StepVector<Item> items = itemsOf(p, context.pool.threads(), context.kernels.tileRows);
    context.pool.parallelFor(int64_t(items.size()), [&](int64_t begin, int64_t end) {
        GroupAttention attention(context.kernels, p);
        for (int64_t i = begin; i < end; ++i)
            attention.run(items[size_t(i)]);
    });
}

}  // namespace hearth::engine::cpu
