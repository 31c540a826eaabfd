#include <immintrin.h>

#include "engine/cpu/latent_kernels.h"
#include "engine/ops/latent_page.h"

// Nothing here may call an inline function of another file: the linker could keep the copy with
// instructions that another processor lacks.
namespace hearth::engine::cpu {
namespace {

constexpr int64_t kTokens = kLatentPageTokens;
constexpr int64_t kQuadBytes = 4 * kTokens;

/// Rows are lanes of 128 bits: row i of the result holds lane i of each.
inline void transposeLanes(__m512i (&rows)[4]) {
    const __m512i ab0 = _mm512_shuffle_i32x4(rows[0], rows[1], 0x44);
    const __m512i ab1 = _mm512_shuffle_i32x4(rows[0], rows[1], 0xee);
    const __m512i cd0 = _mm512_shuffle_i32x4(rows[2], rows[3], 0x44);
    const __m512i cd1 = _mm512_shuffle_i32x4(rows[2], rows[3], 0xee);
    rows[0] = _mm512_shuffle_i32x4(ab0, cd0, 0x88);
    rows[1] = _mm512_shuffle_i32x4(ab0, cd0, 0xdd);
    rows[2] = _mm512_shuffle_i32x4(ab1, cd1, 0x88);
    rows[3] = _mm512_shuffle_i32x4(ab1, cd1, 0xdd);
}

template <int kVectors>
struct Totals {
    __m512i v[kLatentHeads][kVectors];
};

/// Of kVectors times sixteen values, for a tile's rows.
template <int kVectors>
inline Totals<kVectors> products(const std::byte* codes, int64_t stride, const uint8_t* weights,
                                 int64_t keys) {
    constexpr int kRows = int(kLatentHeads);
    __m512i totals[kRows][kVectors];  // the compiler keeps these in registers
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
        for (int i = 0; i < kVectors; ++i)
            totals[r][i] = _mm512_setzero_si512();
    }
    for (int64_t j = 0; j < keys; j += 4) {
        __m512i four[kVectors];
#pragma GCC unroll 2
        for (int i = 0; i < kVectors; ++i)
            four[i] = _mm512_loadu_si512(codes + i * 64);
#pragma GCC unroll 8
        for (int r = 0; r < kRows; ++r) {
            int32_t quad;
            __builtin_memcpy(&quad, weights + r * kLatentChunk + j, sizeof(quad));
            const __m512i weight = _mm512_set1_epi32(quad);
#pragma GCC unroll 2
            for (int i = 0; i < kVectors; ++i)
                totals[r][i] = _mm512_dpbusd_epi32(totals[r][i], weight, four[i]);
        }
        codes += stride * 4;
    }
    Totals<kVectors> result;
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
        for (int i = 0; i < kVectors; ++i)
            result.v[r][i] = totals[r][i];
    }
    return result;
}

/// Values from `first` on, rows from `row` on.
template <int kVectors>
inline void addTile(const TurnedValues& v, int64_t row, int64_t first) {
    const Totals<kVectors> totals =
        products<kVectors>(v.codes + first * 4, v.stride, v.weights + row * kLatentChunk, v.keys);
    for (int64_t r = 0; r < kLatentHeads; ++r) {
        const __m512 scale = _mm512_set1_ps(v.scales[row + r]);
        const __m512 correction = _mm512_set1_ps(v.corrections[row + r]);
        float* sums = v.sums + (row + r) * v.stride + first;
#pragma GCC unroll 2
        for (int i = 0; i < kVectors; ++i) {
            const __m512 part = _mm512_mul_ps(_mm512_cvtepi32_ps(totals.v[r][i]), scale);
            const __m512 before = _mm512_mul_ps(_mm512_loadu_ps(sums + i * 16), correction);
            _mm512_storeu_ps(sums + i * 16, _mm512_add_ps(before, part));
        }
    }
}

}  // namespace

void turnValuesVnni(const std::byte* const* parts, int64_t pages, int64_t values,
                    std::byte* turned) {
    // Four keys by four values become four values by four keys.
    const __m512i turn =
        _mm512_broadcast_i32x4(_mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
    const int64_t stride = (values + kTurnedLanes - 1) / kTurnedLanes * kTurnedLanes;
    for (int64_t sixteen = 0; sixteen < pages * 2; ++sixteen) {
        const std::byte* part = parts[sixteen / 2] + sixteen % 2 * 64;
        for (int64_t value = 0; value < stride; value += kTurnedLanes) {
            __m512i rows[4];
#pragma GCC unroll 4
            for (int i = 0; i < 4; ++i)
                rows[i] = value + i * 4 < values
                              ? _mm512_shuffle_epi8(
                                    _mm512_loadu_si512(part + (value / 4 + i) * kQuadBytes), turn)
                              : _mm512_setzero_si512();
            transposeLanes(rows);
#pragma GCC unroll 4
            for (int i = 0; i < 4; ++i)
                _mm512_storeu_si512(turned + ((sixteen * 4 + i) * stride + value) * 4, rows[i]);
        }
    }
}

/// Values that all tiles multiply stay in the innermost cache meanwhile.
void addValuesVnni(const TurnedValues& v) {
    int64_t first = 0;
    for (; first + 2 * kTurnedLanes <= v.stride; first += 2 * kTurnedLanes)
        for (int64_t tile = 0; tile < v.tiles; ++tile)
            addTile<2>(v, tile * kLatentHeads, first);
    for (int64_t tile = 0; first < v.stride && tile < v.tiles; ++tile)
        addTile<1>(v, tile * kLatentHeads, first);
}

}  // namespace hearth::engine::cpu
