// MLA decode over the int8 cache (engine/ops/latent_page.h). A token's keys are taken in chunks of
// kLatentChunk counted from position 0. Each chunk gives a partial result, and these are joined in
// order: the bits depend neither on how the work was shared nor on what else is in the step.
#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <span>
#include <utility>

#include "engine/cpu/cpu_ops.h"
#include "engine/cpu/cpu_tensor.h"
#include "engine/cpu/latent_kernels.h"
#include "engine/cpu/scratch.h"
#include "engine/ops/latent_page.h"

namespace hearth::engine::cpu {
namespace {

constexpr int64_t kTokens = kLatentPageTokens;
// Partial results of the tokens that are decoded together.
constexpr int64_t kPartialFloats = int64_t{4} << 20;

/// A part of all queries of some tokens, quantised.
struct QueryPart {
    int64_t quads = 0;
    int8_t* codes = nullptr;    // [tokens][quads][heads][4]
    float* scales = nullptr;    // [tokens][heads]
    int32_t* starts = nullptr;  // [tokens][heads]

    void put(const LatentKernels& kernels, int64_t row, int64_t head, int64_t heads,
             const float* x) const {
        const QuantisedPart part =
            kernels.quantise(x, quads * 4, codes + (row * quads * heads + head) * 4, heads * 4);
        scales[row * heads + head] = part.scale;
        starts[row * heads + head] = -kLatentBias * part.sum;
    }
    LatentQueries from(int64_t row, int64_t head, int64_t heads) const {
        return {.codes = codes + (row * quads * heads + head) * 4,
                .scales = scales + row * heads + head,
                .starts = starts + row * heads + head};
    }
};

class LatentDecode {
public:
    LatentDecode(CpuContext& context, const MlaDecodeParams& params)
        : m_context(context),
          m_params(params),
          m_qLatent(params.q_latent),
          m_qRope(params.q_rope),
          m_tables(params.page_tables),
          m_sequences(params.sequences),
          m_lengths(params.lengths),
          m_out(params.out),
          m_cache(static_cast<const std::byte*>(dataOf(params.cache))),
          m_pageBytes(params.cache.rowStride() * kTokens),
          m_heads(params.heads),
          m_groups((params.heads + kLatentHeads - 1) / kLatentHeads) {}

    void run() {
        const int64_t tokens = m_params.q_latent.dim(0);
        const int32_t longest = *std::max_element(m_lengths.data, m_lengths.data + tokens);
        m_chunks = (longest + kLatentChunk - 1) / kLatentChunk;
        const int64_t perToken = m_chunks * m_heads * m_params.kv_lora_rank;
        const int64_t together = std::clamp<int64_t>(kPartialFloats / perToken, 1, tokens);
        reserve(together);
        for (m_first = 0; m_first < tokens; m_first += together)
            runTokens(std::min(together, tokens - m_first));
    }

private:
    void reserve(int64_t tokens) {
        const int64_t rank = m_params.kv_lora_rank, rope = m_params.qk_rope_head_dim;
        const int64_t rows = tokens * m_heads, partials = rows * m_chunks;
        float* block =
            threadScratch(ScratchUse::Rows, partials * (rank + 2) + rows * (4 + (rank + rope) / 4));
        m_partial = std::exchange(block, block + partials * rank);
        m_maximum = std::exchange(block, block + partials);
        m_sum = std::exchange(block, block + partials);
        for (auto [part, values] : {std::pair{&m_latent, rank}, {&m_rope, rope}}) {
            part->quads = values / 4;
            part->scales = std::exchange(block, block + rows);
            part->starts = reinterpret_cast<int32_t*>(std::exchange(block, block + rows));
            part->codes =
                reinterpret_cast<int8_t*>(std::exchange(block, block + rows * values / 4));
        }
    }

    void runTokens(int64_t tokens) {
        ThreadPool& pool = m_context.pool;
        pool.parallelFor(tokens * m_heads, 4, [&](int64_t begin, int64_t end) {
            for (int64_t i = begin; i < end; ++i)
                quantiseQuery(i / m_heads, i % m_heads);
        });
        pool.parallelFor(tokens * m_chunks * m_groups, [&](int64_t begin, int64_t end) {
            for (int64_t i = begin; i < end; ++i)
                runChunk(i / m_groups / m_chunks, i / m_groups % m_chunks, i % m_groups);
        });
        pool.parallelFor(tokens * m_heads, 4, [&](int64_t begin, int64_t end) {
            for (int64_t i = begin; i < end; ++i)
                join(i / m_heads, i % m_heads);
        });
    }

    void quantiseQuery(int64_t row, int64_t head) const {
        const int64_t token = m_first + row;
        const LatentKernels& kernels = *m_context.kernels.latent;
        m_latent.put(kernels, row, head, m_heads, m_qLatent[token] + head * m_params.kv_lora_rank);
        m_rope.put(kernels, row, head, m_heads,
                   m_qRope[token] + head * m_params.q_rope_head_stride);
    }

    int64_t keysOf(int64_t row, int64_t chunk) const {
        return std::min(kLatentChunk, m_lengths.data[m_first + row] - chunk * kLatentChunk);
    }
    int64_t partialOf(int64_t row, int64_t chunk, int64_t head) const {
        return (row * m_chunks + chunk) * m_heads + head;
    }

    void runChunk(int64_t row, int64_t chunk, int64_t group) const {
        const int64_t keys = keysOf(row, chunk);
        if (keys <= 0)
            return;
        const int64_t head = group * kLatentHeads;
        const int64_t heads = std::min(kLatentHeads, m_heads - head);
        std::array<const std::byte*, kLatentChunk / kTokens> pages;
        const int64_t pageCount = (keys + kTokens - 1) / kTokens;
        const int32_t* table =
            m_tables[m_sequences.data[m_first + row]] + chunk * kLatentChunk / kTokens;
        for (int64_t i = 0; i < pageCount; ++i)
            pages[size_t(i)] = m_cache + table[i] * m_pageBytes;
        alignas(64) std::array<float, kLatentHeads * kLatentChunk> scores;
        const int64_t ropeOffset = latentPartWidth(m_params.kv_lora_rank) * kTokens;
        for (int64_t i = 0; i < pageCount; ++i)
            m_context.kernels.latent->scores(
                {.latentPart = pages[size_t(i)],
                 .ropePart = pages[size_t(i)] + ropeOffset,
                 .ahead = pages[size_t(std::min(i + 1, pageCount - 1))],
                 .latentQuads = m_latent.quads,
                 .ropeQuads = m_rope.quads,
                 .latent = m_latent.from(row, head, m_heads),
                 .rope = m_rope.from(row, head, m_heads),
                 .stride = m_heads,
                 .heads = heads,
                 .scores = scores.data() + i * kTokens,
                 .scoreStride = kLatentChunk});
        const int64_t partial = partialOf(row, chunk, head);
        softmax(scores.data(), heads, keys, pageCount * kTokens, partial);
        sumValues(scores.data(), heads, keys, std::span(pages).first(size_t(pageCount)), partial);
    }

    void softmax(float* scores, int64_t heads, int64_t keys, int64_t columns,
                 int64_t partial) const {
        std::array<int64_t, kLatentHeads> visible;
        visible.fill(keys);
        std::array<float, kLatentHeads> correction;
        std::fill_n(m_maximum + partial, heads, -std::numeric_limits<float>::infinity());
        std::fill_n(m_sum + partial, heads, 0.0f);
        m_context.kernels.softmaxBlock({.scores = scores,
                                        .rows = heads,
                                        .stride = kLatentChunk,
                                        .columns = columns,
                                        .visible = visible.data(),
                                        .scale = m_params.scale,
                                        .maximum = m_maximum + partial,
                                        .sum = m_sum + partial,
                                        .correction = correction.data()});
    }

    void sumValues(const float* weights, int64_t heads, int64_t keys,
                   std::span<const std::byte* const> pages, int64_t partial) const {
        const int64_t columns = int64_t(pages.size()) * kTokens;
        std::array<float, kLatentChunk> keyScales;
        for (size_t i = 0; i < pages.size(); ++i)
            std::memcpy(keyScales.data() + i * kTokens, pages[i] + m_latent.quads * 4 * kTokens,
                        kTokens * sizeof(float));
        std::fill(keyScales.begin() + keys, keyScales.begin() + columns, 0.0f);
        alignas(64) std::array<uint8_t, kLatentHeads * kLatentChunk> codes;
        std::array<float, kLatentHeads> scales;
        for (int64_t h = 0; h < heads; ++h)
            scales[size_t(h)] =
                m_context.kernels.latent->weigh(weights + h * kLatentChunk, keyScales.data(),
                                                columns, codes.data() + h * kLatentChunk);
        m_context.kernels.latent->values({.pages = pages.data(),
                                          .pageCount = int64_t(pages.size()),
                                          .quads = m_latent.quads,
                                          .weights = codes.data(),
                                          .scales = scales.data(),
                                          .heads = heads,
                                          .out = m_partial + partial * m_params.kv_lora_rank,
                                          .outStride = m_params.kv_lora_rank});
    }

    /// The chunks of a query, each scaled from its own maximum to the largest.
    void join(int64_t row, int64_t head) const {
        const Kernels& kernels = m_context.kernels;
        const int64_t rank = m_params.kv_lora_rank;
        float* out = m_out[m_first + row] + head * rank;
        float largest = -std::numeric_limits<float>::infinity();
        for (int64_t c = 0; c < m_chunks && keysOf(row, c) > 0; ++c)
            largest = std::max(largest, m_maximum[partialOf(row, c, head)]);
        std::fill_n(out, rank, 0.0f);
        float sum = 0.0f;
        for (int64_t c = 0; c < m_chunks && keysOf(row, c) > 0; ++c) {
            const int64_t partial = partialOf(row, c, head);
            float factor = 0.0f;
            kernels.expShifted(m_maximum + partial, largest, 1, &factor);
            sum += factor * m_sum[partial];
            kernels.addScaled(m_partial + partial * rank, factor, rank, out);
        }
        kernels.scale(1.0f / sum, rank, out);
    }

    CpuContext& m_context;
    const MlaDecodeParams& m_params;
    Rows<const float> m_qLatent, m_qRope;
    Rows<const int32_t> m_tables, m_sequences, m_lengths;
    Rows<float> m_out;
    const std::byte* m_cache;
    int64_t m_pageBytes;
    int64_t m_heads;
    int64_t m_groups;
    int64_t m_chunks = 0;

    int64_t m_first = 0;         // token of row 0
    float* m_partial = nullptr;  // [rows][chunks][heads][rank]
    float* m_maximum = nullptr;  // [rows][chunks][heads]
    float* m_sum = nullptr;      // the same
    QueryPart m_latent, m_rope;
};

}  // namespace

void decodeLatentPages(CpuContext& context, const MlaDecodeParams& p) {
    LatentDecode(context, p).run();
}

}  // namespace hearth::engine::cpu
