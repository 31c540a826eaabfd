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
constexpr int64_t kGroup = kTiles * kRows;

void putPart(const LatentKernels& kernels, const float* x, int64_t values, int64_t token,
             std::byte* part) {
    auto* codes = reinterpret_cast<int8_t*>(part) + token * 4;
    auto* scales = reinterpret_cast<float*>(part + values * kTokens);
    scales[token] = kernels.quantise(x, values, codes, kTokens * 4).scale;
}

/// A part of some tiles' queries, quantised: [tiles][quads][kRows][4] codes. A tile is filled up
/// with queries of 0.
struct QueryPart {
    int8_t* codes = nullptr;
    int64_t values = 0;
    std::array<float, kGroup> scales;
    std::array<int32_t, kGroup> starts;

    void clear(int64_t tiles) {
        std::fill_n(codes, tiles * kRows * values, int8_t{0});
        scales.fill(0.0f);
        starts.fill(0);
    }
    void put(const LatentKernels& kernels, int64_t row, const float* x) {
        int8_t* target = codes + row / kRows * kRows * values + row % kRows * 4;
        const QuantisedPart part = kernels.quantise(x, values, target, kRows * 4);
        scales[size_t(row)] = part.scale;
        starts[size_t(row)] = -kLatentBias * part.sum;
    }
    LatentQueries queries() const {
        return {.codes = codes, .scales = scales.data(), .starts = starts.data()};
    }
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
          m_stride(roundUp(params.shape.value, kTurnedLanes)) {}

    /// Queries [begin, end), at most kGroup.
    void run(int64_t head, int64_t begin, int64_t end) {
        m_head = head;
        m_begin = begin;
        m_count = end - begin;
        m_tiles = (m_count + kRows - 1) / kRows;
        reserve();
        quantiseQueries();
        m_maximum.fill(-std::numeric_limits<float>::infinity());
        m_sum.fill(0.0f);
        std::fill_n(m_sums, m_tiles * kRows * m_stride, 0.0f);
        for (int64_t key = 0; key < visible(end - 1); key += kLatentChunk)
            runChunk(key);
        for (int64_t q = begin; q < end; ++q) {
            float* out = m_out[q] + head * m_shape.value;
            std::copy_n(m_sums + (q - begin) * m_stride, m_shape.value, out);
            m_kernels.scale(1.0f / m_sum[size_t(q - begin)], m_shape.value, out);
        }
    }

private:
    void reserve() {
        const int64_t rows = m_tiles * kRows;
        const int64_t sums = rows * m_stride, scores = rows * kLatentChunk;
        const int64_t queries = rows * (m_shape.key + m_shape.rope);
        constexpr auto kFloat = int64_t(sizeof(float));
        float* block =
            threadScratch(ScratchUse::Rows, sums + scores + kLatentChunk * m_stride / kFloat +
                                                (scores + queries) / kFloat);
        m_sums = std::exchange(block, block + sums);
        m_scores = std::exchange(block, block + scores);
        auto* bytes = reinterpret_cast<std::byte*>(block);
        m_turned = std::exchange(bytes, bytes + kLatentChunk * m_stride);
        m_weights = reinterpret_cast<uint8_t*>(std::exchange(bytes, bytes + scores));
        auto* codes = reinterpret_cast<int8_t*>(bytes);
        m_keyQueries.values = m_shape.key;
        m_keyQueries.codes = std::exchange(codes, codes + rows * m_shape.key);
        m_ropeQueries.values = m_shape.rope;
        m_ropeQueries.codes = codes;
    }

    void quantiseQueries() {
        m_keyQueries.clear(m_tiles);
        m_ropeQueries.clear(m_tiles);
        for (int64_t row = 0; row < m_count; ++row) {
            const float* q = m_q[m_begin + row] + m_head * (m_shape.key + m_shape.rope);
            m_keyQueries.put(*m_kernels.latent, row, q);
            m_ropeQueries.put(*m_kernels.latent, row, q + m_shape.key);
        }
    }

    /// Keys that a query sees.
    int64_t visible(int64_t query) const { return m_params.k_len - m_params.q.dim(0) + query + 1; }

    /// Keys from `key` on, which are counted from 0.
    void runChunk(int64_t key) {
        const int64_t keys = std::min(kLatentChunk, visible(m_begin + m_count - 1) - key);
        std::array<const std::byte*, kLatentChunk / kTokens> pages;
        const int64_t count = (keys + kTokens - 1) / kTokens;
        for (int64_t i = 0; i < count; ++i)
            pages[size_t(i)] = m_keys + (key / kTokens + i) * m_shape.pageBytes();
        for (int64_t i = 0; i < count; ++i)
            scorePage(pages[size_t(i)], pages[size_t(std::min(i + 1, count - 1))],
                      m_scores + i * kTokens);
        for (int64_t i = 0; i < count; ++i)
            pages[size_t(i)] += m_shape.valueOffset(m_head);
        const auto values = std::span(pages).first(size_t(count));
        weigh(key, keys, values);
        addValues(values);
    }

    void scorePage(const std::byte* page, const std::byte* next, float* scores) const {
        m_kernels.latent->scores({.latentPart = page + m_shape.keyOffset(m_head),
                                  .ropePart = page,
                                  .ahead = next + m_shape.keyOffset(m_head),
                                  .also = page + m_shape.valueOffset(m_head),
                                  .latentQuads = m_shape.key / 4,
                                  .ropeQuads = m_shape.rope / 4,
                                  .latent = m_keyQueries.queries(),
                                  .rope = m_ropeQueries.queries(),
                                  .stride = kRows,
                                  .heads = kRows,
                                  .tiles = m_tiles,
                                  .scores = scores,
                                  .scoreStride = kLatentChunk});
    }

    /// Scores become codes of weights, with the scales of the keys' values in them.
    void weigh(int64_t key, int64_t keys, std::span<const std::byte* const> values) {
        const int64_t columns = int64_t(values.size()) * kTokens;
        alignas(64) std::array<float, kLatentChunk> keyScales;
        for (size_t i = 0; i < values.size(); ++i)
            std::memcpy(keyScales.data() + i * kTokens, values[i] + m_shape.value * kTokens,
                        kTokens * sizeof(float));
        std::fill(keyScales.begin() + keys, keyScales.begin() + columns, 0.0f);
        for (int64_t row = 0; row < m_tiles * kRows; row += kRows) {
            std::array<int64_t, kRows> seen;
            for (int64_t r = 0; r < kRows; ++r)
                seen[size_t(r)] =
                    row + r < m_count
                        ? std::clamp<int64_t>(visible(m_begin + row + r) - key, 0, columns)
                        : 0;
            m_kernels.softmaxCodes({.block = {.scores = m_scores + row * kLatentChunk,
                                              .rows = kRows,
                                              .stride = kLatentChunk,
                                              .columns = columns,
                                              .visible = seen.data(),
                                              .scale = m_params.scale,
                                              .maximum = m_maximum.data() + row,
                                              .sum = m_sum.data() + row,
                                              .correction = m_correction.data() + row},
                                    .keyScales = keyScales.data(),
                                    .codes = m_weights + row * kLatentChunk,
                                    .codeScales = m_weightScales.data() + row});
        }
    }

    void addValues(std::span<const std::byte* const> values) {
        m_kernels.latent->turn(values.data(), int64_t(values.size()), m_shape.value, m_turned);
        m_kernels.latent->addValues({.codes = m_turned,
                                     .keys = int64_t(values.size()) * kTokens,
                                     .stride = m_stride,
                                     .weights = m_weights,
                                     .scales = m_weightScales.data(),
                                     .corrections = m_correction.data(),
                                     .tiles = m_tiles,
                                     .sums = m_sums});
    }

    const Kernels& m_kernels;
    const ExpandedAttentionParams& m_params;
    const ExpandedShape m_shape;
    Rows<const float> m_q;
    Rows<float> m_out;
    const std::byte* m_keys;
    int64_t m_stride;  // of turned values and sums

    int64_t m_head = 0;
    int64_t m_begin = 0;
    int64_t m_count = 0;
    int64_t m_tiles = 0;
    float* m_sums = nullptr;        // [rows][m_stride]
    float* m_scores = nullptr;      // [rows][kLatentChunk]
    std::byte* m_turned = nullptr;  // TurnedValues::codes
    uint8_t* m_weights = nullptr;   // [rows][kLatentChunk]
    QueryPart m_keyQueries, m_ropeQueries;
    std::array<float, kGroup> m_maximum;
    std::array<float, kGroup> m_sum;
    std::array<float, kGroup> m_correction;
    std::array<float, kGroup> m_weightScales;
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
    const int64_t queries = p.q.dim(0), groups = (queries + kGroup - 1) / kGroup;
    const int64_t step = roundUp((queries + groups - 1) / groups, kRows);
    context.pool.parallelFor(p.shape.heads * groups, [&](int64_t begin, int64_t end) {
        HeadQueries attention(context.kernels, p);
        for (int64_t i = begin; i < end; ++i) {
            const int64_t first = i % groups * step;
            if (first < queries)
                attention.run(i / groups, first, std::min(first + step, queries));
        }
    });
}

}  // namespace hearth::engine::cpu
