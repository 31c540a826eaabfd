#include <immintrin.h>

#include "engine/cpu/quantised_kernels.h"
#include "engine/cpu/quantised_row_loop.h"

// Nothing here may call an inline function of another file: the linker could keep the copy with
// instructions that another processor lacks.
namespace hearth::engine::cpu {
namespace {

constexpr int64_t kSteps = 32;
constexpr int kOutputs = 32;
constexpr int kLanes = 8;
constexpr int kVectors = kOutputs / kLanes;
constexpr int64_t kScaleBytes = 64;
constexpr int kTileRows = 4;

__m256i loadBytes(const void* p) {
    return _mm256_loadu_si256(static_cast<const __m256i*>(p));
}

struct Values {
    __m256 v[4];

    static Values load(const float* x, int64_t count);
    static int32_t sumOf(__m256i codes);
};

Values Values::load(const float* x, int64_t count) {
    Values values;
    const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    for (int i = 0; i < 4; ++i) {
        const int left = int(count < kSteps ? count : kSteps) - i * kLanes;
        values.v[i] = left >= kLanes
                          ? _mm256_loadu_ps(x + i * kLanes)
                          : _mm256_maskload_ps(x + i * kLanes,
                                               _mm256_cmpgt_epi32(_mm256_set1_epi32(left), lanes));
    }
    return values;
}

uint32_t largestMagnitude(const Values& values) {
    const __m256i magnitude = _mm256_set1_epi32(0x7fffffff);
    __m256i largest = _mm256_setzero_si256();
    for (const __m256 v : values.v)
        largest = _mm256_max_epu32(largest, _mm256_and_si256(_mm256_castps_si256(v), magnitude));
    __m128i half =
        _mm_max_epu32(_mm256_castsi256_si128(largest), _mm256_extracti128_si256(largest, 1));
    half = _mm_max_epu32(half, _mm_shuffle_epi32(half, 0x4e));
    half = _mm_max_epu32(half, _mm_shuffle_epi32(half, 0xb1));
    return uint32_t(_mm_cvtsi128_si32(half));
}

/// 32 codes; cvtps rounds to nearest, ties to even.
__m256i codesOf(const Values& values, float inverse) {
    const __m256 factor = _mm256_set1_ps(inverse);
    __m256i n[4];
    for (int i = 0; i < 4; ++i)
        n[i] = _mm256_cvtps_epi32(_mm256_mul_ps(values.v[i], factor));
    // Packing works in halves of a register: put the groups of four back in order.
    const __m256i packed =
        _mm256_packs_epi16(_mm256_packs_epi32(n[0], n[1]), _mm256_packs_epi32(n[2], n[3]));
    return _mm256_permutevar8x32_epi32(packed, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
}

int32_t Values::sumOf(__m256i codes) {
    const __m256i pairs = _mm256_maddubs_epi16(_mm256_set1_epi8(1), codes);
    const __m256i quads = _mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
    __m128i half = _mm_add_epi32(_mm256_castsi256_si128(quads), _mm256_extracti128_si256(quads, 1));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4e));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0xb1));
    return _mm_cvtsi128_si32(half);
}

void quantise(const float* x, int64_t depth, int32_t bias, const QuantisedRow& out) {
    quantiseRow<Values>(x, depth, bias, out);
}

/// Sums of a panel so far, [row][output].
struct Sums {
    alignas(32) float v[kTileRows][kOutputs];
};

__m256 scalesAt(const uint8_t* block, int vector) {
    return _mm256_cvtph_ps(
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(block + vector * kLanes * 2)));
}

__m256i quadAt(const int8_t* codes) {
    int32_t quad;
    __builtin_memcpy(&quad, codes, sizeof(quad));
    return _mm256_set1_epi32(quad);
}

void addBlock(__m256i total, __m256 weightScale, float rowScale, float* sums) {
    const __m256 scale = _mm256_mul_ps(weightScale, _mm256_set1_ps(rowScale));
    _mm256_store_ps(sums, _mm256_fmadd_ps(_mm256_cvtepi32_ps(total), scale, _mm256_load_ps(sums)));
}

struct BlockRows {
    const int8_t* codes;  // [rows][32]
    const float* scales;
    const int32_t* starts;
};

/// A half line holds 8 outputs in low nibbles and the 8 that are 16 further on in high ones.
/// 16 bits hold the sums of a block: 8 quads * 2 * 15 * 127 = 30480.
template <int kRows>
void addQ4Half(const uint8_t* block, const BlockRows& rows, int half, Sums& sums) {
    const __m256i low = _mm256_set1_epi8(15), ones = _mm256_set1_epi16(1);
    __m256i total[kRows][2];
    for (int r = 0; r < kRows; ++r)
        total[r][0] = total[r][1] = _mm256_setzero_si256();
    const uint8_t* line = block + kScaleBytes + half * 32;
#pragma GCC unroll 8
    for (int q = 0; q < 8; ++q) {
        const __m256i both = loadBytes(line + q * 64);
        const __m256i first = _mm256_and_si256(both, low);
        const __m256i second = _mm256_and_si256(_mm256_srli_epi16(both, 4), low);
#pragma GCC unroll 4
        for (int r = 0; r < kRows; ++r) {
            const __m256i x = quadAt(rows.codes + r * kSteps + q * 4);
            total[r][0] = _mm256_add_epi16(total[r][0], _mm256_maddubs_epi16(first, x));
            total[r][1] = _mm256_add_epi16(total[r][1], _mm256_maddubs_epi16(second, x));
        }
    }
#pragma GCC unroll 4
    for (int r = 0; r < kRows; ++r) {
        const __m256i start = _mm256_set1_epi32(rows.starts[r]);
        for (int v = 0; v < 2; ++v)
            addBlock(_mm256_add_epi32(start, _mm256_madd_epi16(total[r][v], ones)),
                     scalesAt(block, half + 2 * v), rows.scales[r],
                     sums.v[r] + (half + 2 * v) * kLanes);
    }
}

/// Magnitudes of weights times rows with the weights' signs: two products fit 16 bits, as
/// 2 * 128 * 127 = 32512, and no bias is left to take off.
template <int kRows>
void addQ8Vector(const uint8_t* block, const BlockRows& rows, int vector, Sums& sums) {
    const __m256i raised = _mm256_set1_epi8(char(0x80)), ones = _mm256_set1_epi16(1);
    __m256i total[kRows];
    for (int r = 0; r < kRows; ++r)
        total[r] = _mm256_setzero_si256();
    const uint8_t* line = block + kScaleBytes + vector * 32;
#pragma GCC unroll 8
    for (int q = 0; q < 8; ++q) {
        const __m256i weights = _mm256_xor_si256(loadBytes(line + q * 128), raised);
        const __m256i magnitudes = _mm256_abs_epi8(weights);
#pragma GCC unroll 4
        for (int r = 0; r < kRows; ++r) {
            const __m256i x = _mm256_sign_epi8(quadAt(rows.codes + r * kSteps + q * 4), weights);
            total[r] = _mm256_add_epi32(
                total[r], _mm256_madd_epi16(_mm256_maddubs_epi16(magnitudes, x), ones));
        }
    }
#pragma GCC unroll 4
    for (int r = 0; r < kRows; ++r)
        addBlock(total[r], scalesAt(block, vector), rows.scales[r], sums.v[r] + vector * kLanes);
}

template <int kRows, bool kQ4>
void panelSums(const QuantisedTile& t, const uint8_t* block, Sums& sums) {
    for (int r = 0; r < kRows; ++r) {
        for (int v = 0; v < kVectors; ++v)
            _mm256_store_ps(sums.v[r] + v * kLanes, _mm256_setzero_ps());
    }
    constexpr int64_t kBlockBytes = kScaleBytes + kSteps * kOutputs / (kQ4 ? 2 : 1);
    BlockRows rows{t.codes, t.scales, t.starts};
    for (int64_t b = 0; b < t.blocks; ++b, block += kBlockBytes) {
        if constexpr (kQ4) {
            addQ4Half<kRows>(block, rows, 0, sums);
            addQ4Half<kRows>(block, rows, 1, sums);
        } else {
            for (int v = 0; v < kVectors; ++v)
                addQ8Vector<kRows>(block, rows, v, sums);
        }
        rows.codes += kRows * kSteps;
        rows.scales += kRows;
        rows.starts += kRows;
    }
}

void storeSums(const QuantisedTile& t, const Sums& sums, float* c, int64_t columns) {
    for (int64_t r = 0; r < t.rows; ++r) {
        for (int64_t n = 0; n < columns; ++n) {
            float& target = c[r * t.cStride + n];
            target = t.accumulate ? __builtin_fmaf(t.scale, sums.v[r][n], target) : sums.v[r][n];
        }
    }
}

template <bool kQ4>
void tileOf(const QuantisedTile& t) {
    Sums sums;
    for (int64_t n = 0; n < t.columns; n += kOutputs) {
        const auto* panel =
            reinterpret_cast<const uint8_t*>(t.panels + n / kOutputs * t.panelStride);
        switch (t.rows) {
            case 1:
                panelSums<1, kQ4>(t, panel, sums);
                break;
            case 2:
                panelSums<2, kQ4>(t, panel, sums);
                break;
            case 3:
                panelSums<3, kQ4>(t, panel, sums);
                break;
            default:
                panelSums<kTileRows, kQ4>(t, panel, sums);
        }
        storeSums(t, sums, t.c + n, t.columns - n < kOutputs ? t.columns - n : kOutputs);
    }
}

void tile(const QuantisedTile& t) {
    t.form == PanelForm::Q4 ? tileOf<true>(t) : tileOf<false>(t);
}

}  // namespace

const QuantisedKernels& avx2QuantisedKernels() {
    static constexpr QuantisedKernels kKernels{.tileRows = kTileRows,
                                               .openRows = INT64_MAX,
                                               .quantise = quantise,
                                               .tile = tile,
                                               .open = nullptr};
    return kKernels;
}

}  // namespace hearth::engine::cpu
