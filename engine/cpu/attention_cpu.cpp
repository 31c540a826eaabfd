// Causal attention in blocks of keys with an online softmax. Blocks are counted from the
// segment's first key, so a query sees the same blocks, and gets the same bits, whether its
// prompt was prefilled in one call or in several.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "engine/cpu/cpu_ops.h"
#include "engine/cpu/cpu_tensor.h"
#include "engine/cpu/scratch.h"
#include "engine/step_memory.h"

namespace hearth::engine::cpu {
namespace {

constexpr int64_t kKeyBlock = 2 * kPanel;
constexpr int64_t kMinQueriesPerItem = 64;

/// A head of a segment, or some of its queries.
struct Item {
    const AttentionSegment* segment = nullptr;
    int64_t head = 0;
    int64_t queryBegin = 0;  // within the segment
    int64_t queryEnd = 0;
};

/// Runs one item at a time on one thread.
class HeadAttention {
public:
    HeadAttention(const Kernels& kernels, const CausalAttentionParams& params)
        : m_kernels(kernels),
          m_params(params),
          m_q(params.q),
          m_k(params.k),
          m_v(params.v),
          m_out(params.out),
          m_qkDim(params.q.dim(1) / params.heads),
          m_vDim(params.v.dim(1) / params.keyHeads()) {}

    void run(const Item& item) {
        m_item = item;
        const AttentionSegment& s = *item.segment;
        m_keys = s.k_len - s.q_len + item.queryEnd;  // the last query's view
        reserve();
        packKeys();
        packValues();
        for (int64_t query = item.queryBegin; query < item.queryEnd; query += m_kernels.tileRows)
            runTile(query, std::min(m_kernels.tileRows, item.queryEnd - query));
    }

private:
    void reserve() {
        m_paddedKeys = roundUp(m_keys, kKeyBlock);
        const int64_t keyFloats = m_paddedKeys * m_qkDim;
        const int64_t valueFloats = m_paddedKeys * roundUp(m_vDim, kPanel);
        const int64_t rows = m_kernels.tileRows;
        float* block = threadScratch(
            ScratchUse::Attention, keyFloats + valueFloats + rows * (m_qkDim + 2 * kKeyBlock) + 64);
        m_packedKeys = std::exchange(block, block + keyFloats);
        m_packedValues = std::exchange(block, block + valueFloats);
        m_scores = std::exchange(block, block + rows * kKeyBlock);
        m_weights = std::exchange(block, block + rows * kKeyBlock);
        m_packedQueries = block;
    }

    /// [key panel][qk_dim][kPanel]; keys past the end are zero.
    void packKeys() {
        const int64_t first = m_item.segment->k_begin;
        std::array<const float*, kPanel> rows;
        for (int64_t key = 0; key < m_paddedKeys; key += kPanel) {
            float* panel = m_packedKeys + key * m_qkDim;
            const int64_t count = std::clamp<int64_t>(m_keys - key, 0, kPanel);
            if (count < kPanel)
                std::fill(panel, panel + kPanel * m_qkDim, 0.0f);
            for (int64_t i = 0; i < count; ++i)
                rows[size_t(i)] = m_k[first + key + i] + keyHead() * m_qkDim;
            m_kernels.interleave(rows.data(), count, m_qkDim, panel, kPanel);
        }
    }

    /// [value panel][key][kPanel]
    void packValues() {
        for (int64_t column = 0; column < m_vDim; column += kPanel) {
            const int64_t count = std::min(kPanel, m_vDim - column);
            float* panel = m_packedValues + column * m_paddedKeys;
            for (int64_t key = 0; key < m_keys; ++key) {
                const float* source =
                    m_v[m_item.segment->k_begin + key] + keyHead() * m_vDim + column;
                std::copy(source, source + count, panel + key * kPanel);
                std::fill(panel + key * kPanel + count, panel + (key + 1) * kPanel, 0.0f);
            }
        }
    }

    void runTile(int64_t query, int64_t rows) {
        const AttentionSegment& s = *m_item.segment;
        const int64_t firstRow = s.q_begin + query;
        std::array<const float*, kMaxTileRows> sources;
        for (int64_t r = 0; r < rows; ++r) {
            sources[size_t(r)] = m_q[firstRow + r] + m_item.head * m_qkDim;
            std::fill(output(firstRow + r), output(firstRow + r) + m_vDim, 0.0f);
        }
        m_kernels.interleave(sources.data(), rows, m_qkDim, m_packedQueries, rows);
        const float* sinks =
            m_params.sinks.defined() ? Rows<const float>(m_params.sinks).data : nullptr;
        m_maximum.fill(sinks ? sinks[m_item.head] : -std::numeric_limits<float>::infinity());
        m_sum.fill(sinks ? 1.0f : 0.0f);
        const int64_t seenByFirst = s.k_len - s.q_len + query + 1;
        for (int64_t key = hiddenBefore(seenByFirst) / kKeyBlock * kKeyBlock;
             key < seenByFirst + rows - 1; key += kKeyBlock)
            runBlock(key, firstRow, rows, seenByFirst);
        finish(firstRow, rows);
    }

    void runBlock(int64_t key, int64_t firstRow, int64_t rows, int64_t seenByFirst) {
        std::array<int64_t, kMaxTileRows> visible, hidden;
        for (int64_t r = 0; r < rows; ++r) {
            visible[size_t(r)] = std::clamp<int64_t>(seenByFirst + r - key, 0, kKeyBlock);
            hidden[size_t(r)] =
                std::clamp<int64_t>(hiddenBefore(seenByFirst + r) - key, 0, kKeyBlock);
        }
        const int64_t depth = visible[size_t(rows - 1)];
        m_kernels.tile({.depth = m_qkDim,
                        .rows = rows,
                        .columns = kKeyBlock,
                        .a = m_packedQueries,
                        .b = m_packedKeys + key * m_qkDim,
                        .panelStride = kPanel * m_qkDim,
                        .c = m_scores,
                        .cStride = kKeyBlock});
        m_kernels.softmaxBlock({.scores = m_scores,
                                .rows = rows,
                                .stride = kKeyBlock,
                                .columns = kKeyBlock,
                                .visible = visible.data(),
                                .hidden = m_params.window > 0 ? hidden.data() : nullptr,
                                .scale = m_params.scale,
                                .maximum = m_maximum.data(),
                                .sum = m_sum.data(),
                                .correction = m_correction.data()});
        std::array<const float*, kMaxTileRows> sources;
        for (int64_t r = 0; r < rows; ++r) {
            sources[size_t(r)] = m_scores + r * kKeyBlock;
            m_kernels.scale(m_correction[size_t(r)], m_vDim, output(firstRow + r));
        }
        m_kernels.interleave(sources.data(), rows, depth, m_weights, rows);
        m_kernels.tile({.depth = depth,
                        .rows = rows,
                        .columns = m_vDim,
                        .a = m_weights,
                        .b = m_packedValues + key * kPanel,
                        .panelStride = kPanel * m_paddedKeys,
                        .c = output(firstRow),
                        .cStride = m_out.stride,
                        .accumulate = true});
    }

    void finish(int64_t firstRow, int64_t rows) {
        for (int64_t r = 0; r < rows; ++r) {
            m_kernels.scale(1.0f / m_sum[size_t(r)], m_vDim, output(firstRow + r));
            if (m_params.lse.defined())
                Rows<float>(m_params.lse)[firstRow + r][m_item.head] =
                    m_maximum[size_t(r)] + std::log(m_sum[size_t(r)]);
        }
    }

    float* output(int64_t row) const { return m_out[row] + m_item.head * m_vDim; }
    int64_t keyHead() const { return m_item.head / (m_params.heads / m_params.keyHeads()); }
    /// Of the `seen` first keys of a segment, those before the window of the last one.
    int64_t hiddenBefore(int64_t seen) const {
        return m_params.window > 0 ? std::max<int64_t>(0, seen - m_params.window) : 0;
    }

    const Kernels& m_kernels;
    const CausalAttentionParams& m_params;
    Rows<const float> m_q, m_k, m_v;
    Rows<float> m_out;
    int64_t m_qkDim;
    int64_t m_vDim;

    Item m_item;
    int64_t m_keys = 0;
    int64_t m_paddedKeys = 0;
    float* m_packedKeys = nullptr;
    float* m_packedValues = nullptr;
    float* m_packedQueries = nullptr;
    float* m_scores = nullptr;   // [tile rows][kKeyBlock]
    float* m_weights = nullptr;  // [kKeyBlock][rows]
    std::array<float, kMaxTileRows> m_maximum;
    std::array<float, kMaxTileRows> m_sum;
    std::array<float, kMaxTileRows> m_correction;
};

/// Heads of segments; queries of a head are shared out when there are fewer heads than threads
/// could use, at the price of packing its keys more than once.
StepVector<Item> itemsOf(const CausalAttentionParams& p, int threads, int64_t tileRows) {
    const int64_t heads = int64_t(p.segments.size()) * p.heads;
    StepVector<Item> items;
    for (const AttentionSegment& s : p.segments) {
        const int64_t wanted = threads == 1 ? 1 : (2 * threads + heads - 1) / heads;
        const int64_t parts =
            std::clamp<int64_t>(s.q_len / kMinQueriesPerItem, 1, std::max<int64_t>(1, wanted));
        const int64_t step = roundUp(std::max<int64_t>(1, (s.q_len + parts - 1) / parts), tileRows);
        for (int64_t head = 0; head < p.heads; ++head) {
            for (int64_t query = 0; query < s.q_len; query += step)
                items.push_back({&s, head, query, std::min(query + step, s.q_len)});
        }
    }
    return items;
}

}  // namespace

void causalAttention(CpuContext& context, const CausalAttentionParams& p) {
    const StepVector<Item> items = itemsOf(p, context.pool.threads(), context.kernels.tileRows);
    context.pool.parallelFor(int64_t(items.size()), [&](int64_t begin, int64_t end) {
        HeadAttention attention(context.kernels, p);
        for (int64_t i = begin; i < end; ++i)
            attention.run(items[size_t(i)]);
    });
}

}  // namespace hearth::engine::cpu
