// The indexer of sparse attention: scores of every visible key, then the best of them. A score
// is one chain over the key's elements and one over the heads, whatever shares the call.
#include <algorithm>
#include <array>
#include <bit>
#include <functional>
#include <utility>

#include "engine/cpu/cpu_ops.h"
#include "engine/cpu/paged_rows.h"
#include "engine/cpu/scratch.h"
#include "engine/step_memory.h"

namespace hearth::engine::cpu {
namespace {

constexpr int64_t kKeyBlock = 4 * kPanel;
// Keys that one thread scores at a time, so that one long sequence keeps all threads busy.
constexpr int64_t kStripKeys = 8 * kKeyBlock;
// Tokens of a sequence that share a packed block of keys.
constexpr int64_t kStripTokens = 8;
// Scores kept at a time (16 MB): longer steps go in waves of tokens.
constexpr int64_t kWaveScores = int64_t{4} << 20;

/// Some tokens of one sequence against some of its keys.
struct Strip {
    int64_t tokenBegin = 0;
    int64_t tokenEnd = 0;
    int64_t keyBegin = 0;
    int64_t keyEnd = 0;
};

/// Scores of some tokens: [tokens][stride].
struct Scores {
    float* data = nullptr;
    int64_t stride = 0;
    int64_t firstToken = 0;
    float* of(int64_t token) const { return data + (token - firstToken) * stride; }
};

/// Scores one strip at a time on one thread.
class StripScorer {
public:
    StripScorer(const Kernels& kernels, const SelectKeysParams& params, const Scores& scores)
        : m_kernels(kernels),
          m_params(params),
          m_scores(scores),
          m_q(params.q),
          m_weights(params.weights),
          m_sequences(params.sequences),
          m_rows(params.keys, params.page_tables, params.page_tokens),
          m_dim(params.q.dim(1) / params.heads) {
        float* block =
            threadScratch(ScratchUse::Attention, kKeyBlock * m_dim + kernels.tileRows * kKeyBlock +
                                                     kStripTokens * params.heads * m_dim);
        m_keys = std::exchange(block, block + kKeyBlock * m_dim);
        m_products = std::exchange(block, block + kernels.tileRows * kKeyBlock);
        m_queries = block;
    }

    void run(const Strip& strip) {
        m_rows.choose(m_sequences.data[strip.tokenBegin]);
        for (int64_t token = strip.tokenBegin; token < strip.tokenEnd; ++token) {
            packQueries(token, queriesOf(token - strip.tokenBegin));
            std::fill(m_scores.of(token) + strip.keyBegin, m_scores.of(token) + strip.keyEnd, 0.0f);
        }
        for (int64_t key = strip.keyBegin; key < strip.keyEnd; key += kKeyBlock) {
            const int64_t count = std::min(kKeyBlock, strip.keyEnd - key);
            loadBlock(key, count);
            for (int64_t token = strip.tokenBegin; token < strip.tokenEnd; ++token)
                scoreBlock(token, queriesOf(token - strip.tokenBegin), key, count);
        }
    }

private:
    float* queriesOf(int64_t index) const { return m_queries + index * m_params.heads * m_dim; }

    /// [tile of heads][dim][heads of the tile]
    void packQueries(int64_t token, float* target) {
        std::array<const float*, kMaxTileRows> sources;
        for (int64_t head = 0; head < m_params.heads; head += m_kernels.tileRows) {
            const int64_t rows = std::min(m_kernels.tileRows, m_params.heads - head);
            for (int64_t r = 0; r < rows; ++r)
                sources[size_t(r)] = m_q[token] + (head + r) * m_dim;
            m_kernels.interleave(sources.data(), rows, m_dim, target + head * m_dim, rows);
        }
    }

    /// Keys as [panel][dim][kPanel].
    void loadBlock(int64_t key, int64_t count) {
        for (int64_t first = 0; first < count; first += kPanel)
            m_rows.loadPanel(m_kernels, key + first, std::min(kPanel, count - first), 0, m_dim,
                             m_keys + first * m_dim);
    }

    void scoreBlock(int64_t token, const float* queries, int64_t key, int64_t count) {
        for (int64_t head = 0; head < m_params.heads; head += m_kernels.tileRows) {
            const int64_t rows = std::min(m_kernels.tileRows, m_params.heads - head);
            m_kernels.tile({.depth = m_dim,
                            .rows = rows,
                            .columns = count,
                            .a = queries + head * m_dim,
                            .b = m_keys,
                            .panelStride = kPanel * m_dim,
                            .c = m_products,
                            .cStride = kKeyBlock});
            for (int64_t r = 0; r < rows; ++r)
                m_kernels.addScaledRelu(m_products + r * kKeyBlock, m_weights[token][head + r],
                                        count, m_scores.of(token) + key);
        }
    }

    const Kernels& m_kernels;
    const SelectKeysParams& m_params;
    Scores m_scores;
    Rows<const float> m_q, m_weights;
    Rows<const int32_t> m_sequences;
    PagedRows m_rows;
    int64_t m_dim;
    float* m_keys = nullptr;
    float* m_products = nullptr;  // [tile rows][kKeyBlock]
    float* m_queries = nullptr;   // [token][heads * dim]
};

/// Orders as the score does, and among equal scores the lower position last; a total order even
/// with NaN.
uint64_t rankOf(float score, int64_t position) {
    const uint32_t bits = std::bit_cast<uint32_t>(score + 0.0f);  // -0 becomes 0
    const uint32_t ordered = bits >> 31 ? ~bits : bits | 0x80000000u;
    return uint64_t(ordered) << 32 | uint32_t(~uint32_t(position));
}

/// Writes the positions of the `wanted` best of `count` scores.
void chooseBest(const float* scores, int64_t count, int64_t wanted, int32_t* selected,
                uint64_t* ranks) {
    for (int64_t j = 0; j < count; ++j)
        ranks[j] = rankOf(scores[j], j);
    const auto last = ranks + wanted - 1;
    std::nth_element(ranks, last, ranks + count, std::greater<>());
    const uint64_t worst = *last;
    for (int64_t j = 0; j < count; ++j) {
        if (rankOf(scores[j], j) >= worst)
            *selected++ = int32_t(j);
    }
}

/// The scores that tokens [begin, end) need: those that see more keys than they may keep.
StepVector<Strip> stripsOf(const SelectKeysParams& p, int64_t begin, int64_t end) {
    const auto* sequences = Rows<const int32_t>(p.sequences).data;
    const auto* lengths = Rows<const int32_t>(p.lengths).data;
    StepVector<Strip> strips;
    for (int64_t first = begin, next; first < end; first = next) {
        int64_t keys = 0;
        for (next = first;
             next < std::min(end, first + kStripTokens) && sequences[next] == sequences[first];
             ++next) {
            if (lengths[next] > p.selected.dim(1))
                keys = std::max<int64_t>(keys, lengths[next]);
        }
        for (int64_t key = 0; key < keys; key += kStripKeys)
            strips.push_back({first, next, key, std::min(key + kStripKeys, keys)});
    }
    return strips;
}

/// Tokens [begin, end), whose scores fit the wave.
void selectWave(CpuContext& context, const SelectKeysParams& p, int64_t begin, int64_t end,
                int64_t stride) {
    const Rows<int32_t> selected(p.selected);
    const auto* lengths = Rows<const int32_t>(p.lengths).data;
    const Scores scores{threadScratch(ScratchUse::Weights, (end - begin) * stride), stride, begin};
    const StepVector<Strip> strips = stripsOf(p, begin, end);
    context.pool.parallelFor(int64_t(strips.size()), [&](int64_t first, int64_t last) {
        StripScorer scorer(context.kernels, p, scores);
        for (int64_t i = first; i < last; ++i)
            scorer.run(strips[size_t(i)]);
    });
    context.pool.parallelFor(end - begin, [&](int64_t first, int64_t last) {
        auto* ranks =  // of the longest row
            reinterpret_cast<uint64_t*>(threadScratch(ScratchUse::Rows, 2 * stride));
        const int64_t most = p.selected.dim(1);
        for (int64_t token = begin + first; token < begin + last; ++token) {
            const int64_t kept = std::min<int64_t>(most, lengths[token]);
            int32_t* row = selected[token];
            if (lengths[token] > most)
                chooseBest(scores.of(token), lengths[token], most, row, ranks);
            for (int64_t j = 0; lengths[token] <= most && j < kept; ++j)
                row[j] = int32_t(j);
            std::fill(row + kept, row + most, -1);
        }
    });
}

}  // namespace

void selectKeys(CpuContext& context, const SelectKeysParams& p) {
    const int64_t tokens = p.q.dim(0);
    const auto* lengths = Rows<const int32_t>(p.lengths).data;
    const int64_t longest = tokens > 0 ? *std::max_element(lengths, lengths + tokens) : 0;
    const int64_t stride = roundUp(std::max<int64_t>(1, longest), 16);
    const int64_t wave = std::max<int64_t>(1, kWaveScores / stride);
    for (int64_t begin = 0; begin < tokens; begin += wave)
        selectWave(context, p, begin, std::min(begin + wave, tokens), stride);
}

}  // namespace hearth::engine::cpu
