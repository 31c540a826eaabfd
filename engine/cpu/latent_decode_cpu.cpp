// MLA decode over the int8 cache (engine/ops/latent_page.h).
#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <utility>

#include "engine/cpu/latent_decode.h"
#include "engine/cpu/latent_kernels.h"
#include "engine/cpu/scratch.h"
#include "engine/ops/latent_page.h"

namespace hearth::engine::cpu {
namespace {

constexpr int64_t kTokens = kLatentPageTokens;

/// A part of all queries of some tokens, quantised. The codes of the heads of a task lie apart from
/// those of others, since threads that write to one cache line wait for each other.
struct QueryPart {
    int64_t quads = 0;
    int64_t heads = 0;          // of a token
    int8_t* codes = nullptr;    // [tokens][tasks][quads][kLatentHeads][4]
    float* scales = nullptr;    // [tokens][heads]
    int32_t* starts = nullptr;  // [tokens][heads]

    static int64_t paddedHeads(int64_t heads) { return roundUp(heads, kLatentHeads); }

    void put(const LatentKernels& kernels, int64_t row, int64_t head, const float* x) const {
        const QuantisedPart part =
            kernels.quantise(x, quads * 4, codesOf(row, head), kLatentHeads * 4);
        scales[row * heads + head] = part.scale;
        starts[row * heads + head] = -kLatentBias * part.sum;
    }
    LatentQueries from(int64_t row, int64_t head) const {
        return {.codes = codesOf(row, head),
                .scales = scales + row * heads + head,
                .starts = starts + row * heads + head};
    }

private:
    int8_t* codesOf(int64_t row, int64_t head) const {
        const int64_t first = head / kLatentHeads * kLatentHeads;
        return codes + ((row * paddedHeads(heads) + first) * quads + head - first) * 4;
    }
};

class CodesDecode : public LatentDecode {
public:
    CodesDecode(CpuContext& context, const MlaDecodeParams& params)
        : LatentDecode(context, params),
          m_kernels(*context.kernels.latent),
          m_tables(params.page_tables),
          m_cache(static_cast<const std::byte*>(dataOf(params.cache))),
          m_pageBytes(params.cache.rowStride() * kTokens) {}

private:
    int64_t headsOfTask(int64_t) const override { return kLatentHeads; }
    int64_t queryFloats() const override {
        return 4 * m_heads + QueryPart::paddedHeads(m_heads) *
                                 (m_params.kv_lora_rank + m_params.qk_rope_head_dim) / 4;
    }

    void reserveQueries(float* block, int64_t tokens) override {
        const int64_t rows = tokens * m_heads;
        for (auto [part, values] :
             {std::pair{&m_latent, m_params.kv_lora_rank}, {&m_rope, m_params.qk_rope_head_dim}}) {
            part->quads = values / 4;
            part->heads = m_heads;
            part->scales = std::exchange(block, block + rows);
            part->starts = reinterpret_cast<int32_t*>(std::exchange(block, block + rows));
            const int64_t floats = tokens * QueryPart::paddedHeads(m_heads) * values / 4;
            part->codes = reinterpret_cast<int8_t*>(std::exchange(block, block + floats));
        }
    }

    void prepareQuery(int64_t row, int64_t head) override {
        const int64_t token = tokenOf(row);
        m_latent.put(m_kernels, row, head, m_qLatent[token] + head * m_params.kv_lora_rank);
        m_rope.put(m_kernels, row, head, m_qRope[token] + head * m_params.q_rope_head_stride);
    }

    void attend(const Task& task) const override {
        std::array<const std::byte*, kLatentChunk / kTokens> pages;
        const int64_t pageCount = (task.keys + kTokens - 1) / kTokens;
        const int32_t* table =
            m_tables[m_sequences.data[tokenOf(task.row)]] + task.chunk * kLatentChunk / kTokens;
        for (int64_t i = 0; i < pageCount; ++i)
            pages[size_t(i)] = m_cache + table[i] * m_pageBytes;
        alignas(64) std::array<float, kLatentHeads * kLatentChunk> scores;
        const int64_t ropeOffset = latentPartWidth(m_params.kv_lora_rank) * kTokens;
        for (int64_t i = 0; i < pageCount; ++i)
            m_kernels.scores({.latentPart = pages[size_t(i)],
                              .ropePart = pages[size_t(i)] + ropeOffset,
                              .ahead = pages[size_t(std::min(i + 1, pageCount - 1))],
                              .latentQuads = m_latent.quads,
                              .ropeQuads = m_rope.quads,
                              .latent = m_latent.from(task.row, task.head),
                              .rope = m_rope.from(task.row, task.head),
                              .stride = kLatentHeads,
                              .heads = task.heads,
                              .scores = scores.data() + i * kTokens,
                              .scoreStride = kLatentChunk});
        softmax(scores.data(), task, pageCount * kTokens);
        sumValues(scores.data(), task, std::span(pages).first(size_t(pageCount)));
    }

    void sumValues(const float* weights, const Task& task,
                   std::span<const std::byte* const> pages) const {
        const int64_t columns = int64_t(pages.size()) * kTokens;
        std::array<float, kLatentChunk> keyScales;
        for (size_t i = 0; i < pages.size(); ++i)
            std::memcpy(keyScales.data() + i * kTokens, pages[i] + m_latent.quads * 4 * kTokens,
                        kTokens * sizeof(float));
        std::fill(keyScales.begin() + task.keys, keyScales.begin() + columns, 0.0f);
        alignas(64) std::array<uint8_t, kLatentHeads * kLatentChunk> codes;
        std::array<float, kLatentHeads> scales;
        for (int64_t h = 0; h < task.heads; ++h)
            scales[size_t(h)] = m_kernels.weigh(weights + h * kLatentChunk, keyScales.data(),
                                                columns, codes.data() + h * kLatentChunk);
        m_kernels.values({.pages = pages.data(),
                          .pageCount = int64_t(pages.size()),
                          .quads = m_latent.quads,
                          .weights = codes.data(),
                          .scales = scales.data(),
                          .heads = task.heads,
                          .out = partialOf(task),
                          .outStride = m_params.kv_lora_rank});
    }

    const LatentKernels& m_kernels;
    Rows<const int32_t> m_tables;
    const std::byte* m_cache;
    int64_t m_pageBytes;
    QueryPart m_latent, m_rope;
};

}  // namespace

void decodeLatentPages(CpuContext& context, const MlaDecodeParams& p) {
    CodesDecode(context, p).run();
}

}  // namespace hearth::engine::cpu
