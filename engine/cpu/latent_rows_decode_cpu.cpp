// MLA decode over the BF16 cache. Queries and the weights of keys are rounded to BF16 as the rows
// are, products of pairs are added up in F32 (pair_kernels.h). Rows stay as they were written, so
// that any list of them will do.
#include <algorithm>
#include <array>

#include "engine/cpu/latent_decode.h"
#include "engine/cpu/latent_kernels.h"
#include "engine/cpu/paged_rows.h"
#include "engine/cpu/scratch.h"

namespace hearth::engine::cpu {
namespace {

// Heads of a task: a chunk's rows are read from memory once for them.
constexpr int64_t kMostHeads = 16;
constexpr int64_t kFewHeads = 8;
// Columns of scores are multiples of this; rows behind the last one are the last one again.
constexpr int64_t kColumns = 16;
// As far ahead rows are fetched.
constexpr int64_t kAhead = 12;
static_assert(kLatentChunk % kColumns == 0 && kColumns % kPairKeys == 0);

/// The rows of a chunk and, behind them, those that come next.
using ChunkRows = std::array<const uint16_t*, 2 * kLatentChunk>;

const uint16_t* valuesAt(const std::byte* row) {
    return reinterpret_cast<const uint16_t*>(row);
}

class RowsDecode : public LatentDecode {
public:
    RowsDecode(CpuContext& context, const MlaDecodeParams& params)
        : LatentDecode(context, params),
          m_kernels(*context.kernels.pairs),
          m_cache(params.cache, params.page_tables, params.page_tokens),
          m_width(params.kv_lora_rank + params.qk_rope_head_dim),
          m_queryPairs(roundUp(pairsOf(m_width), 16)) {}

private:
    int64_t headsOfTask(int64_t tasks) const override {
        return tasks * m_heads >= 4 * kMostHeads * m_context.pool.threads() ? kMostHeads
                                                                            : kFewHeads;
    }
    int64_t queryFloats() const override { return m_heads * m_queryPairs; }
    void reserveQueries(float* block, int64_t) override {
        m_queries = reinterpret_cast<uint32_t*>(block);
    }

    void prepareQuery(int64_t row, int64_t head) override {
        const int64_t token = tokenOf(row), rank = m_params.kv_lora_rank;
        float* query = threadScratch(ScratchUse::Attention, 2 * m_queryPairs);
        std::copy_n(m_qLatent[token] + head * rank, rank, query);
        std::copy_n(m_qRope[token] + head * m_params.q_rope_head_stride, m_width - rank,
                    query + rank);
        std::fill(query + m_width, query + 2 * m_queryPairs, 0.0f);
        m_kernels.pairRow(query, 2 * m_queryPairs, queryOf(row, head));
    }
    uint32_t* queryOf(int64_t row, int64_t head) const {
        return m_queries + (row * m_heads + head) * m_queryPairs;
    }

    void attend(const Task& task) const override {
        const int64_t columns = roundUp(task.keys, kColumns);
        ChunkRows rows;
        findRows(task, columns, rows);
        alignas(64) std::array<float, kMostHeads * kLatentChunk> scores;
        m_kernels.scores({.queries = queryOf(task.row, task.head),
                          .queryStride = m_queryPairs,
                          .heads = task.heads,
                          .rows = rows.data(),
                          .ahead = rows.data() + kAhead,
                          .keys = columns,
                          .width = m_width,
                          .scores = scores.data(),
                          .scoreStride = kLatentChunk});
        softmax(scores.data(), task, columns);
        alignas(64) std::array<uint32_t, kMostHeads * kLatentChunk / 2> weights;
        for (int64_t h = 0; h < task.heads; ++h)
            m_kernels.pairRow(scores.data() + h * kLatentChunk, columns,
                              weights.data() + h * kLatentChunk / 2);
        m_kernels.values({.weights = weights.data(),
                          .weightStride = kLatentChunk / 2,
                          .heads = task.heads,
                          .rows = rows.data(),
                          .ahead = rows.data() + columns,
                          .keys = columns,
                          .columns = m_params.kv_lora_rank,
                          .out = partialOf(task),
                          .outStride = m_params.kv_lora_rank});
    }

    void findRows(const Task& task, int64_t columns, ChunkRows& rows) const {
        const int64_t token = tokenOf(task.row), first = task.chunk * kLatentChunk;
        const int32_t* list =
            m_params.selected.defined() ? Rows<const int32_t>(m_params.selected)[token] : nullptr;
        PagedRows cache = m_cache;
        cache.choose(m_sequences.data[token]);
        const auto put = [&](int64_t from, int64_t count, int64_t at) {
            if (list) {
                for (int64_t i = 0; i < count; ++i)
                    rows[size_t(at + i)] = valuesAt(cache.at(list[from + i], 0));
            } else {
                cache.eachRow(from, count, [&](int64_t i, const std::byte* row) {
                    rows[size_t(at + i)] = valuesAt(row);
                });
            }
        };
        put(first, task.keys, 0);
        const uint16_t* last = rows[size_t(task.keys - 1)];
        std::fill(rows.begin() + task.keys, rows.end(), last);
        const int64_t next = keysOf(task.row, task.chunk + 1);
        if (next > 0)
            put(first + kLatentChunk, next, columns);
    }

    const PairKernels& m_kernels;
    const PagedRows m_cache;
    const int64_t m_width;
    const int64_t m_queryPairs;     // of a head
    uint32_t* m_queries = nullptr;  // [rows][heads][m_queryPairs]
};

}  // namespace

void decodeLatentRows(CpuContext& context, const MlaDecodeParams& p) {
    RowsDecode(context, p).run();
}

}  // namespace hearth::engine::cpu
