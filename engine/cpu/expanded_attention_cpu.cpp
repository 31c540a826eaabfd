// Prefill of MLA in 8 bits over rebuilt keys and values (engine/ops/expanded_page.h), with the
// inner loops of decode: where those take several heads of a token, these are several tokens of a
// head. Keys are taken in chunks of kLatentChunk counted from key 0, with an online softmax.
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
#include "engine/ops/expanded_page.h"

namespace hearth::engine::cpu {
namespace {

constexpr int64_t kTokens = kLatentPageTokens;
constexpr int64_t kRows = kLatentHeads;  // queries of a tile
// Tiles that share a chunk of keys while it lies in the inner caches.
constexpr int64_t kTiles = 8;

void putPart(const LatentKernels& kernels, const float* x, int64_t values, int64_t token,
             std::byte* part) {
    auto* codes = reinterpret_cast<int8_t*>(part) + token * 4;
    auto* scales = reinterpret_cast<float*>(part + values * kTokens);
    scales[token] = kernels.quantise(x, values, codes, kTokens * 4).scale;
}

/// A part of a tile's queries, quantised: [quads][kRows][4] codes.
struct QueryPart {
    int8_t* codes = nullptr;
    int64_t values = 0;
    std::array<float, kRows> scales;
    std::array<int32_t, kRows> starts;

    void put(const LatentKernels& kernels, int64_t row, const float* x) {
        const QuantisedPart part = kernels.quantise(x, values, codes + row * 4, kRows * 4);
        scales[size_t(row)] = part.scale;
        starts[size_t(row)] = -kLatentBias * part.sum;
    }
    LatentQueries queries() const {
        return {.codes = codes, .scales = scales.data(), .starts = starts.data()};
    }
};

struct QueryTile {
    QueryPart key, rope;
};

/// Some queries of a head, on one thread.
class HeadQueries {
public:
    HeadQueries(const Kernels& kernels, const ExpandedAttentionParams& params)
        : m_kernels(kernels),
          m_params(params),
          m_shape(params.shape),
          m_q(params.q),
          m_out(params.out),
          m_keys(static_cast<const std::byte*>(dataOf(params.keys))),
          m_qDim(params.shape.key + params.shape.rope),
          m_values(params.shape.value) {}

    /// Queries [begin, end), at most kTiles * kRows.
    void run(int64_t head, int64_t begin, int64_t end) {
        m_head = head;
        m_begin = begin;
        reserve();
        m_maximum.fill(-std::numeric_limits<float>::infinity());
        m_sum.fill(0.0f);
        for (int64_t q = begin; q < end; ++q) {
            std::fill_n(output(q), m_values, 0.0f);
            QueryTile& tile = tileOf(q);
            const float* values = m_q[q] + head * m_qDim;
            tile.key.put(*m_kernels.latent, (q - begin) % kRows, values);
            tile.rope.put(*m_kernels.latent, (q - begin) % kRows, values + m_shape.key);
        }
        for (int64_t key = 0; key < visible(end - 1); key += kLatentChunk) {
            for (int64_t q = begin; q < end; q += kRows)
                runChunk(q, std::min(kRows, end - q), key);
        }
        for (int64_t q = begin; q < end; ++q)
            m_kernels.scale(1.0f / m_sum[size_t(q - begin)], m_values, output(q));
    }

private:
    void reserve() {
        float* block = threadScratch(ScratchUse::Rows,
                                     kRows * (kTiles * m_qDim / int64_t(sizeof(float)) + m_values));
        m_partial = std::exchange(block, block + kRows * m_values);
        auto* codes = reinterpret_cast<int8_t*>(block);
        for (QueryTile& tile : m_tiles) {
            for (auto [part, values] :
                 {std::pair{&tile.key, m_shape.key}, {&tile.rope, m_shape.rope}}) {
                part->values = values;
                part->codes = std::exchange(codes, codes + kRows * values);
            }
        }
    }

    /// Keys that a query sees.
    int64_t visible(int64_t query) const { return m_params.k_len - m_params.q.dim(0) + query + 1; }
    float* output(int64_t query) const { return m_out[query] + m_head * m_values; }
    QueryTile& tileOf(int64_t query) { return m_tiles[size_t((query - m_begin) / kRows)]; }

    void runChunk(int64_t query, int64_t rows, int64_t key) {
        const int64_t keys = std::min(kLatentChunk, visible(query + rows - 1) - key);
        if (keys <= 0)
            return;
        std::array<const std::byte*, kLatentChunk / kTokens> pages;
        const int64_t count = (keys + kTokens - 1) / kTokens;
        for (int64_t i = 0; i < count; ++i)
            pages[size_t(i)] = m_keys + (key / kTokens + i) * m_shape.pageBytes();
        alignas(64) std::array<float, kRows * kLatentChunk> scores;
        const QueryTile& tile = tileOf(query);
        for (int64_t i = 0; i < count; ++i)
            m_kernels.latent->scores(
                {.latentPart = pages[size_t(i)] + m_shape.keyOffset(m_head),
                 .ropePart = pages[size_t(i)],
                 .ahead = pages[size_t(std::min(i + 1, count - 1))] + m_shape.keyOffset(m_head),
                 .latentQuads = m_shape.key / 4,
                 .ropeQuads = m_shape.rope / 4,
                 .latent = tile.key.queries(),
                 .rope = tile.rope.queries(),
                 .stride = kRows,
                 .heads = rows,
                 .scores = scores.data() + i * kTokens,
                 .scoreStride = kLatentChunk});
        softmax(query, rows, key, count * kTokens, scores.data());
        for (int64_t i = 0; i < count; ++i)
            pages[size_t(i)] += m_shape.valueOffset(m_head);
        sumValues(query, rows, keys, std::span(pages).first(size_t(count)), scores.data());
    }

    void softmax(int64_t query, int64_t rows, int64_t key, int64_t columns, float* scores) {
        std::array<int64_t, kRows> seen;
        for (int64_t r = 0; r < rows; ++r)
            seen[size_t(r)] = std::clamp<int64_t>(visible(query + r) - key, 0, columns);
        m_kernels.softmaxBlock({.scores = scores,
                                .rows = rows,
                                .stride = kLatentChunk,
                                .columns = columns,
                                .visible = seen.data(),
                                .scale = m_params.scale,
                                .maximum = m_maximum.data() + query - m_begin,
                                .sum = m_sum.data() + query - m_begin,
                                .correction = m_correction.data()});
    }

    void sumValues(int64_t query, int64_t rows, int64_t keys,
                   std::span<const std::byte* const> parts, const float* weights) {
        const int64_t columns = int64_t(parts.size()) * kTokens;
        std::array<float, kLatentChunk> keyScales;
        for (size_t i = 0; i < parts.size(); ++i)
            std::memcpy(keyScales.data() + i * kTokens, parts[i] + m_values * kTokens,
                        kTokens * sizeof(float));
        std::fill(keyScales.begin() + keys, keyScales.begin() + columns, 0.0f);
        alignas(64) std::array<uint8_t, kRows * kLatentChunk> codes;
        std::array<float, kRows> scales;
        for (int64_t r = 0; r < rows; ++r)
            scales[size_t(r)] =
                m_kernels.latent->weigh(weights + r * kLatentChunk, keyScales.data(), columns,
                                        codes.data() + r * kLatentChunk);
        m_kernels.latent->values({.pages = parts.data(),
                                  .pageCount = int64_t(parts.size()),
                                  .quads = m_values / 4,
                                  .weights = codes.data(),
                                  .scales = scales.data(),
                                  .heads = rows,
                                  .out = m_partial,
                                  .outStride = m_values});
        for (int64_t r = 0; r < rows; ++r) {
            m_kernels.scale(m_correction[size_t(r)], m_values, output(query + r));
            m_kernels.add(output(query + r), m_partial + r * m_values, m_values, output(query + r));
        }
    }

    const Kernels& m_kernels;
    const ExpandedAttentionParams& m_params;
    const ExpandedShape m_shape;
    Rows<const float> m_q;
    Rows<float> m_out;
    const std::byte* m_keys;
    int64_t m_qDim;
    int64_t m_values;

    int64_t m_head = 0;
    int64_t m_begin = 0;
    float* m_partial = nullptr;  // [kRows][values]
    std::array<QueryTile, kTiles> m_tiles;
    std::array<float, kTiles * kRows> m_maximum;
    std::array<float, kTiles * kRows> m_sum;
    std::array<float, kRows> m_correction;
};

}  // namespace

void expandKeys(CpuContext& context, const ExpandKeysParams& p) {
    const ExpandedShape& shape = p.shape;
    const Rows<const float> kv(p.kv), rope(p.rope);
    auto* out = static_cast<std::byte*>(dataOf(p.out)) + p.first / kTokens * shape.pageBytes();
    const int64_t tokens = p.kv.dim(0);
    const LatentKernels& kernels = *context.kernels.latent;
    const auto expandPage = [&](int64_t page) {
        std::byte* target = out + page * shape.pageBytes();
        for (int64_t t = page * kTokens; t < std::min((page + 1) * kTokens, tokens); ++t) {
            putPart(kernels, rope[t], shape.rope, t % kTokens, target);
            const float* values = kv[t];
            for (int64_t head = 0; head < shape.heads; ++head) {
                putPart(kernels, values, shape.key, t % kTokens, target + shape.keyOffset(head));
                values += shape.key;
                putPart(kernels, values, shape.value, t % kTokens,
                        target + shape.valueOffset(head));
                values += shape.value;
            }
        }
    };
    context.pool.parallelFor(ExpandedShape::pages(tokens), [&](int64_t begin, int64_t end) {
        for (int64_t page = begin; page < end; ++page)
            expandPage(page);
    });
}

void expandedAttention(CpuContext& context, const ExpandedAttentionParams& p) {
    const int64_t queries = p.q.dim(0), step = kTiles * kRows;
    const int64_t groups = (queries + step - 1) / step;
    context.pool.parallelFor(p.shape.heads * groups, [&](int64_t begin, int64_t end) {
        HeadQueries attention(context.kernels, p);
        for (int64_t i = begin; i < end; ++i) {
            const int64_t first = i % groups * step;
            attention.run(i / groups, first, std::min(first + step, queries));
        }
    });
}

}  // namespace hearth::engine::cpu
