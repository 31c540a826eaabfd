// The inner loops of products whose operands are rounded to BF16 and whose sums are F32, once for
// each instruction set. Operands come in pairs along the depth, as the processor multiplies them:
// the first of a pair in the low half of 32 bits. An odd depth ends with a zero.
#pragma once
#include <cstdint>

// Products with rows of a BF16 cache are two kernels of their own (PairScores, PairValues): the
// rows stay as they are, whatever pages they lie in.

namespace hearth::engine::cpu {

/// No instruction set's tile has more rows.
inline constexpr int64_t kMaxPairTileRows = 12;

constexpr int64_t pairsOf(int64_t depth) {
    return (depth + 1) / 2;
}

/// c[r][n] = scale * sum over k of a[k][r] * b[k][n], added to c when accumulate. The sum is one
/// chain of fused multiply-adds: pair by pair, of a pair the second product and then the first.
/// Subnormal numbers, in and out, are zeros. So every instruction set gives the same bits (on
/// processors that are not x86 subnormal sums may stay what they are).
struct PairTileParams {
    int64_t pairs = 0;
    int64_t rows = 0;             // 1..PairKernels::tileRows
    int64_t columns = 0;          // 1..kPanel
    const uint32_t* a = nullptr;  // pair k of row r at r * aRowStride + k * aPairStride
    int64_t aRowStride = 0;
    int64_t aPairStride = 0;
    const uint32_t* b = nullptr;  // [pairs][kPanel]
    float* c = nullptr;
    int64_t cStride = 0;
    bool accumulate = false;
    float scale = 1.0f;
};

/// Columns side by side as the depth goes on, in groups: [groups][pairs][group], the last one with
/// zeros behind its columns.
struct PairColumnsParams {
    const float* source = nullptr;  // column n of step k at n + k * stride
    int64_t stride = 0;
    int64_t depth = 0;
    int64_t columns = 0;
    int64_t group = 0;
    uint32_t* out = nullptr;
};

/// Keys of a call of PairScores are a multiple of this.
inline constexpr int64_t kPairKeys = 4;

/// scores[h][j] = query h . row j. Sixteen chains, of which the one i takes every sixteenth pair
/// from i on as a tile's sum does, and then a tree: lane i takes i + 8, i + 4, i + 2, i + 1.
struct PairScores {
    const uint32_t* queries = nullptr;  // [heads][queryStride]: pairs, zeros up to 16 of them
    int64_t queryStride = 0;
    int64_t heads = 0;
    const uint16_t* const* rows = nullptr;   // [keys] of BF16
    const uint16_t* const* ahead = nullptr;  // [keys]: rows that are fetched meanwhile
    int64_t keys = 0;                        // a multiple of kPairKeys
    int64_t width = 0;                       // of a row and of a query
    float* scores = nullptr;
    int64_t scoreStride = 0;
};

/// out[h][d] = sum over keys of weights[h][j] * rows[j][d]: a chain over the pairs of keys, each as
/// in a tile. A row whose weight is 0 must be there and finite.
struct PairValues {
    const uint32_t* weights = nullptr;  // [heads][weightStride]: pairs of keys
    int64_t weightStride = 0;
    int64_t heads = 0;
    const uint16_t* const* rows = nullptr;   // [keys]
    const uint16_t* const* ahead = nullptr;  // [keys], or null: rows that are fetched meanwhile
    int64_t keys = 0;                        // a multiple of kPairKeys
    int64_t columns = 0;
    float* out = nullptr;
    int64_t outStride = 0;
};

/// Rounding is to the nearest, ties to even; subnormal numbers become zeros.
struct PairKernels {
    const char* name;
    int64_t tileRows;  // rows at which the tile is fastest, and its limit
    void (*tile)(const PairTileParams&);
    /// out: [pairsOf(count)], of neighbours in a row.
    void (*pairRow)(const float* x, int64_t count, uint32_t* out);
    void (*pairColumns)(const PairColumnsParams&);
    void (*scores)(const PairScores&);
    void (*values)(const PairValues&);
};

const PairKernels& scalarPairKernels();
const PairKernels& avx2PairKernels();
const PairKernels& avx512PairKernels();
const PairKernels& avx512Bf16PairKernels();

}  // namespace hearth::engine::cpu
