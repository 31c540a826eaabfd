// Absorbed MLA decode over the F32 cache: all heads of a token attend to the same latent rows,
// which serve as keys and as values. Blocks of keys are counted from position 0, so the result does
// not depend on how the cache is paged or on what else is in the step. With selected keys the
// blocks are counted along their list.
#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "engine/cpu/cpu_ops.h"
#include "engine/cpu/paged_rows.h"
#include "engine/cpu/scratch.h"

namespace hearth::engine::cpu {
namespace {

constexpr int64_t kKeyBlock = kPanel;

/// One token's attention for some of its heads, on one thread.
class TokenAttention {
public:
    TokenAttention(const Kernels& kernels, const MlaDecodeParams& params)
        : m_kernels(kernels),
          m_params(params),
          m_qLatent(params.q_latent),
          m_qRope(params.q_rope),
          m_cache(params.cache, params.page_tables, params.page_tokens),
          m_sequences(params.sequences),
          m_lengths(params.lengths),
          m_out(params.out),
          m_rank(params.kv_lora_rank),
          m_width(params.kv_lora_rank + params.qk_rope_head_dim),
          m_rowStride(roundUp(m_width, 16)) {
        const int64_t rows = kernels.tileRows;
        float* block = threadScratch(
            ScratchUse::Attention, kKeyBlock * (m_rowStride + m_width + 2 * rows) + rows * m_width);
        m_latent = std::exchange(block, block + kKeyBlock * m_rowStride);
        m_keys = std::exchange(block, block + kKeyBlock * m_width);
        m_scores = std::exchange(block, block + kKeyBlock * rows);
        m_weights = std::exchange(block, block + kKeyBlock * rows);
        m_queries = block;
        // Columns past the width are read with whole vectors, and never used.
        std::fill(m_latent, m_latent + kKeyBlock * m_rowStride, 0.0f);
    }

    void run(int64_t token, int64_t headBegin, int64_t heads) {
        m_token = token;
        m_headBegin = headBegin;
        m_heads = heads;
        m_cache.choose(m_sequences.data[token]);
        const int64_t length = chooseKeys();
        packQueries();
        m_maximum.fill(-std::numeric_limits<float>::infinity());
        m_sum.fill(0.0f);
        for (int64_t h = 0; h < heads; ++h)
            std::fill(output(h), output(h) + m_rank, 0.0f);
        for (int64_t key = 0; key < length; key += kKeyBlock)
            runBlock(key, std::min(kKeyBlock, length - key));
        for (int64_t h = 0; h < heads; ++h)
            m_kernels.scale(1.0f / m_sum[size_t(h)], m_rank, output(h));
    }

private:
    /// How many keys the token attends to; m_chosen names them when that is not all it sees.
    int64_t chooseKeys() {
        if (!m_params.selected.defined())
            return m_lengths.data[m_token];
        m_chosen = Rows<const int32_t>(m_params.selected)[m_token];
        const int32_t* end = m_chosen + m_params.selected.dim(1);
        return std::find(m_chosen, end, -1) - m_chosen;
    }

    void packQueries() {
        std::array<const float*, kMaxTileRows> latent, rope;
        for (int64_t h = 0; h < m_heads; ++h) {
            latent[size_t(h)] = m_qLatent[m_token] + (m_headBegin + h) * m_rank;
            rope[size_t(h)] = m_qRope[m_token] + (m_headBegin + h) * m_params.q_rope_head_stride;
        }
        m_kernels.interleave(latent.data(), m_heads, m_rank, m_queries, m_heads);
        m_kernels.interleave(rope.data(), m_heads, m_width - m_rank, m_queries + m_rank * m_heads,
                             m_heads);
    }

    void loadBlock(int64_t key, int64_t count) {
        std::array<const float*, kKeyBlock> rows;
        for (int64_t i = 0; i < count; ++i) {
            const int64_t position = m_chosen ? m_chosen[key + i] : key + i;
            float* row = m_latent + i * m_rowStride;
            m_cache.copy(m_kernels, position, 0, m_width, row);
            rows[size_t(i)] = row;
        }
        if (count < kKeyBlock)
            std::fill(m_keys, m_keys + kKeyBlock * m_width, 0.0f);
        m_kernels.interleave(rows.data(), count, m_width, m_keys, kKeyBlock);
    }

    void runBlock(int64_t key, int64_t count) {
        loadBlock(key, count);
        m_kernels.tile({.depth = m_width,
                        .rows = m_heads,
                        .columns = kKeyBlock,
                        .a = m_queries,
                        .b = m_keys,
                        .panelStride = kPanel,
                        .depthStride = kKeyBlock,
                        .c = m_scores,
                        .cStride = kKeyBlock});
        std::array<int64_t, kMaxTileRows> visible;
        visible.fill(count);
        m_kernels.softmaxBlock({.scores = m_scores,
                                .rows = m_heads,
                                .stride = kKeyBlock,
                                .columns = kKeyBlock,
                                .visible = visible.data(),
                                .scale = m_params.scale,
                                .maximum = m_maximum.data(),
                                .sum = m_sum.data(),
                                .correction = m_correction.data()});
        std::array<const float*, kMaxTileRows> sources;
        for (int64_t h = 0; h < m_heads; ++h) {
            sources[size_t(h)] = m_scores + h * kKeyBlock;
            m_kernels.scale(m_correction[size_t(h)], m_rank, output(h));
        }
        m_kernels.interleave(sources.data(), m_heads, count, m_weights, m_heads);
        m_kernels.tile({.depth = count,
                        .rows = m_heads,
                        .columns = m_rank,
                        .a = m_weights,
                        .b = m_latent,
                        .panelStride = kPanel,
                        .depthStride = m_rowStride,
                        .c = output(0),
                        .cStride = m_rank,
                        .accumulate = true});
    }

    float* output(int64_t head) const { return m_out[m_token] + (m_headBegin + head) * m_rank; }

    const Kernels& m_kernels;
    const MlaDecodeParams& m_params;
    Rows<const float> m_qLatent, m_qRope;
    PagedRows m_cache;
    Rows<const int32_t> m_sequences, m_lengths;
    Rows<float> m_out;
    int64_t m_rank;
    int64_t m_width;
    int64_t m_rowStride;

    int64_t m_token = 0;
    int64_t m_headBegin = 0;
    int64_t m_heads = 0;
    const int32_t* m_chosen = nullptr;  // positions, or null: all
    float* m_latent = nullptr;          // [kKeyBlock][m_rowStride]
    float* m_keys = nullptr;            // [width][kKeyBlock]
    float* m_scores = nullptr;          // [heads][kKeyBlock]
    float* m_weights = nullptr;         // [kKeyBlock][heads]
    float* m_queries = nullptr;         // [width][heads]
    std::array<float, kMaxTileRows> m_maximum;
    std::array<float, kMaxTileRows> m_sum;
    std::array<float, kMaxTileRows> m_correction;
};

}  // namespace

void mlaDecode(CpuContext& context, const MlaDecodeParams& p) {
    if (p.cache.dtype() == DType::U8)
        return decodeLatentPages(context, p);
    if (p.cache.dtype() == DType::BF16)
        return decodeLatentRows(context, p);
    // As many heads together as a tile takes, fewer when threads would stay idle.
    const int64_t tokens = p.q_latent.dim(0), threads = context.pool.threads();
    const int64_t share = (tokens * p.heads + threads - 1) / threads;
    const int64_t most = std::min(context.kernels.tileRows, std::max<int64_t>(1, share));
    const int64_t groups = (p.heads + most - 1) / most;
    const int64_t step = (p.heads + groups - 1) / groups;
    context.pool.parallelFor(tokens * groups, [&](int64_t begin, int64_t end) {
        TokenAttention attention(context.kernels, p);
        for (int64_t i = begin; i < end; ++i) {
            const int64_t first = i % groups * step;
            if (first < p.heads)
                attention.run(i / groups, first, std::min(step, p.heads - first));
        }
    });
}

}  // namespace hearth::engine::cpu
