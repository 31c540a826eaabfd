// Scores and weighted values over rows of a BF16 cache (PairScores, PairValues), included by
// pair_kernels_impl.h behind the same headers. These give, beside what that file names:
//   kScoreHeads, kValueHeads: how many heads a tile takes
//   Pairs loadFirstPairs(row, count), JoinedRows joinRows(first, second), joinFirst(.., count)
//   storeJoined(out, sums, count), storeScores(sums, out, stride)
//   fetchLine(p), fetchFarLine(p): the latter not into the innermost cache
#include "engine/cpu/pair_kernels.h"

namespace hearth::engine::cpu::HEARTH_ISA {

inline constexpr int64_t kRowStep = 32;  // values of a vector of pairs
inline constexpr int kScoreKeys = kScoreHeads < kPairKeys ? kScoreHeads : int(kPairKeys);
static_assert(kPairKeys % kScoreKeys == 0);

/// Rows or lines that each tile of heads fetches, so that together they fetch `count` of them: what
/// memory delivers while one tile runs is less than what all need.
constexpr int fetchesOfTile(int64_t heads, int headsOfTile, int count) {
    const int64_t tiles = heads / headsOfTile > 0 ? heads / headsOfTile : 1;
    return tiles >= count ? 1 : tiles >= 2 ? count / 2 : count;
}

/// kHeads queries with kScoreKeys rows; kFetch rows ahead are fetched, from `fetched` on.
template <int kHeads, int kFetch>
inline void scoresTile(const PairScores& s, int64_t head, int64_t key, int64_t fetched) {
    const uint16_t* rows[kScoreKeys];
    const uint16_t* next[kFetch];
    for (int k = 0; k < kScoreKeys; ++k)
        rows[k] = s.rows[key + k];
    for (int k = 0; k < kFetch; ++k)
        next[k] = s.ahead[fetched + k];
    Vec sums[kHeads][kScoreKeys];
#pragma GCC unroll 8
    for (int h = 0; h < kHeads; ++h) {
#pragma GCC unroll 8
        for (int k = 0; k < kScoreKeys; ++k)
            sums[h][k] = zero();
    }
    const uint32_t* queries = s.queries + head * s.queryStride;
    const auto addStep = [&](int64_t column, const Pairs(&keys)[kScoreKeys]) {
#pragma GCC unroll 8
        for (int h = 0; h < kHeads; ++h) {
            const Pairs query = loadPairs(queries + h * s.queryStride + column / 2);
#pragma GCC unroll 8
            for (int k = 0; k < kScoreKeys; ++k)
                sums[h][k] = multiplyPairs(query, keys[k], sums[h][k]);
        }
    };
    const int64_t whole = s.width / kRowStep * kRowStep;
    Pairs keys[kScoreKeys];
    for (int64_t column = 0; column < whole; column += kRowStep) {
#pragma GCC unroll 8
        for (int k = 0; k < kFetch; ++k)
            fetchLine(next[k] + column);
#pragma GCC unroll 8
        for (int k = 0; k < kScoreKeys; ++k)
            keys[k] = loadPairs(rows[k] + column);
        addStep(column, keys);
    }
    if (whole < s.width) {
#pragma GCC unroll 8
        for (int k = 0; k < kScoreKeys; ++k)
            keys[k] = loadFirstPairs(rows[k] + whole, s.width - whole);
        addStep(whole, keys);
    }
    storeScores(sums, s.scores + head * s.scoreStride + key, s.scoreStride);
}

template <int kFetch>
inline void scoresOfAll(const PairScores& s) {
    for (int64_t key = 0; key < s.keys; key += kScoreKeys) {
        int64_t head = 0;
        for (; head + kScoreHeads <= s.heads; head += kScoreHeads)
            scoresTile<kScoreHeads, kFetch>(s, head, key,
                                            key + head / kScoreHeads * kFetch % kScoreKeys);
        for (; head < s.heads; ++head)
            scoresTile<1, 1>(s, head, key, key + head % kScoreKeys);
    }
}

inline void pairScores(const PairScores& s) {
    const SubnormalsAreZero mode;
    switch (fetchesOfTile(s.heads, kScoreHeads, kScoreKeys)) {
        case 1:
            return scoresOfAll<1>(s);
        case 2:
            return scoresOfAll < kScoreKeys < 2 ? 1 : 2 > (s);
        default:
            return scoresOfAll<kScoreKeys>(s);
    }
}

/// Of the lines of a row ahead two are fetched for each pair of keys, so that eight pairs fetch a
/// row of DeepSeek's width.
inline constexpr int kFetchPairs = 8;
inline constexpr int kFetchLines = 2;

/// 32 columns of kHeads heads; `count` of them with kPart. kFetch lines of the rows ahead for every
/// pair, from line `line` of its kFetchLines on.
template <int kHeads, bool kPart, int kFetch>
inline void valuesTile(const PairValues& p, int64_t head, int64_t column, int64_t count,
                       const uint16_t* const* ahead, int64_t line) {
    Vec sums[kHeads][2];
#pragma GCC unroll 8
    for (int h = 0; h < kHeads; ++h)
        sums[h][0] = sums[h][1] = zero();
    const uint32_t* weights = p.weights + head * p.weightStride;
    for (int64_t pair = 0; pair < p.keys / 2; ++pair) {
        const uint16_t* first = p.rows[2 * pair] + column;
        const uint16_t* second = p.rows[2 * pair + 1] + column;
        for (int i = 0; i < kFetch; ++i)
            fetchFarLine(ahead[pair / kFetchPairs] +
                         (pair % kFetchPairs * kFetchLines + line + i) * kRowStep);
        const JoinedRows rows = kPart ? joinFirst(first, second, count) : joinRows(first, second);
#pragma GCC unroll 8
        for (int h = 0; h < kHeads; ++h) {
            const Pairs weight = broadcastPair(weights + h * p.weightStride + pair);
            sums[h][0] = multiplyPairs(weight, rows.v[0], sums[h][0]);
            sums[h][1] = multiplyPairs(weight, rows.v[1], sums[h][1]);
        }
    }
#pragma GCC unroll 8
    for (int h = 0; h < kHeads; ++h)
        storeJoined(p.out + (head + h) * p.outStride + column, sums[h], count);
}

template <int kHeads, int kFetch>
inline void valuesOf(const PairValues& p, int64_t head, int64_t column) {
    // The tiles of every 32 columns fetch their share of the rows ahead.
    const int64_t share = (p.keys + 2 * kFetchPairs - 1) / (2 * kFetchPairs);
    const int64_t from = column / kRowStep * share;
    const int64_t left = p.columns - column;
    if (left < kRowStep)
        valuesTile<kHeads, true, 0>(p, head, column, left, nullptr, 0);
    else if (!p.ahead || from + share > p.keys)
        valuesTile<kHeads, false, 0>(p, head, column, kRowStep, nullptr, 0);
    else
        valuesTile<kHeads, false, kFetch>(p, head, column, kRowStep, p.ahead + from,
                                          head / kHeads * kFetch % kFetchLines);
}

template <int kFetch>
inline void valuesOfAll(const PairValues& p) {
    for (int64_t column = 0; column < p.columns; column += kRowStep) {
        int64_t head = 0;
        for (; head + kValueHeads <= p.heads; head += kValueHeads)
            valuesOf<kValueHeads, kFetch>(p, head, column);
        for (; head < p.heads; ++head)
            valuesOf<1, 1>(p, head, column);
    }
}

inline void pairValues(const PairValues& p) {
    const SubnormalsAreZero mode;
    fetchesOfTile(p.heads, kValueHeads, kFetchLines) == 1 ? valuesOfAll<1>(p)
                                                          : valuesOfAll<kFetchLines>(p);
}

}  // namespace hearth::engine::cpu::HEARTH_ISA
