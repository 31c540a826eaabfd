// The pair kernels' one source, used as kernels_impl.h is. A simd_*.h gives Vec, and pair_simd.h or
// the header itself the products of pairs:
//   Pairs loadPairs(p), Pairs broadcastPair(p), Vec multiplyPairs(a, b, sum)
//   SubnormalsAreZero, pairRow(), pairGroup()
#include "engine/cpu/kernels.h"
#include "engine/cpu/pair_kernels.h"
#include "engine/cpu/pair_rows_impl.h"

namespace hearth::engine::cpu::HEARTH_ISA {

static_assert(kPairTileRows <= kMaxPairTileRows);

/// The sums of a tile, one vector of outputs after the other.
template <int kRows, int kVectors>
struct PairSums {
    Vec v[kRows][kVectors];
};

template <int kRows, int kVectors>
inline void storePairSums(const PairTileParams& t, const PairSums<kRows, kVectors>& sums) {
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 16
        for (int v = 0; v < kVectors; ++v) {
            float* target = t.c + r * t.cStride + v * 16;
            const int64_t left = t.columns - v * 16;
            Vec result = sums.v[r][v];
            if (!t.accumulate && t.scale != 1.0f)
                result = fma(broadcast(t.scale), result, zero());
            if (left >= 16) {
                if (t.accumulate)
                    result = fma(broadcast(t.scale), result, load(target));
                store(target, result);
            } else {
                if (t.accumulate)
                    result = fma(broadcast(t.scale), result, loadFirst(target, left));
                storeFirst(target, result, left);
            }
        }
    }
}

template <int kRows, int kVectors>
void pairTileOf(const PairTileParams& t) {
    PairSums<kRows, kVectors> sums;
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 16
        for (int v = 0; v < kVectors; ++v)
            sums.v[r][v] = zero();
    }
    // Every fourth row has a pointer of its own: the others are within reach of an address.
    const int64_t stride = t.aRowStride;
    const uint32_t* a[3] = {t.a, t.a + 4 * stride, t.a + 8 * stride};
    const uint32_t* b = t.b;
    for (int64_t k = 0; k < t.pairs; ++k) {
        Pairs weights[kVectors];
#pragma GCC unroll 16
        for (int v = 0; v < kVectors; ++v)
            weights[v] = loadPairs(b + v * 16);
#pragma GCC unroll 16
        for (int r = 0; r < kRows; ++r) {
            const Pairs x = broadcastPair(a[r / 4] + (r % 4) * stride);
#pragma GCC unroll 16
            for (int v = 0; v < kVectors; ++v)
                sums.v[r][v] = multiplyPairs(x, weights[v], sums.v[r][v]);
        }
        for (const uint32_t*& base : a)
            base += t.aPairStride;
        b += kPanel;
    }
    storePairSums(t, sums);
}

template <int kRows = 1>
void pairTileOfRows(const PairTileParams& t) {
    if (t.rows == kRows) {
        t.columns > 16 ? pairTileOf<kRows, 2>(t) : pairTileOf<kRows, 1>(t);
    } else if constexpr (kRows < kPairTileRows) {
        pairTileOfRows<kRows + 1>(t);
    }
}

inline void pairTile(const PairTileParams& t) {
    const SubnormalsAreZero mode;
    pairTileOfRows(t);
}

inline void pairColumns(const PairColumnsParams& p) {
    const int64_t pairs = pairsOf(p.depth);
    for (int64_t k = 0; k < pairs; ++k) {
        const float* first = p.source + 2 * k * p.stride;
        const float* second = 2 * k + 1 < p.depth ? first + p.stride : nullptr;
        uint32_t* out = p.out;
        for (int64_t n = 0; n < p.columns; n += p.group, out += p.group * pairs) {
            const int64_t left = p.columns - n;
            pairGroup(first + n, second ? second + n : nullptr, left < p.group ? left : p.group,
                      p.group, out + k * p.group);
        }
    }
}

inline PairKernels makePairKernels(const char* name) {
    return {.name = name,
            .tileRows = kPairTileRows,
            .tile = pairTile,
            .pairRow = pairRow,
            .pairColumns = pairColumns,
            .scores = pairScores,
            .values = pairValues};
}

}  // namespace hearth::engine::cpu::HEARTH_ISA
