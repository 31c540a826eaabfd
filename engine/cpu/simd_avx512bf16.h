// Pairs of BF16 in AVX-512 registers. Include from *_avx512bf16.cpp only.
#pragma once
#include <immintrin.h>

#include <cstdint>

#define HEARTH_AVX512_NAMESPACE avx512bf16
#include "engine/cpu/simd_avx512_floats.h"

namespace hearth::engine::cpu::avx512bf16 {

/// As many sums as hide the latency of a product, beside the weights and a row's pair.
inline constexpr int kPairTileRows = 12;
inline constexpr int kScoreHeads = 4;
inline constexpr int kValueHeads = 8;

/// For the last step only, which is not the instruction's.
class SubnormalsAreZero {
public:
    SubnormalsAreZero() : m_before(_mm_getcsr()) { _mm_setcsr(m_before | 0x8040u); }
    ~SubnormalsAreZero() { _mm_setcsr(m_before); }
    SubnormalsAreZero(const SubnormalsAreZero&) = delete;
    SubnormalsAreZero& operator=(const SubnormalsAreZero&) = delete;

private:
    unsigned m_before;
};

struct Pairs {
    __m512i v;
};

inline Pairs loadPairs(const void* p) {
    return {_mm512_loadu_si512(p)};
}
inline Pairs broadcastPair(const uint32_t* p) {
    return {_mm512_set1_epi32(int(*p))};
}
inline Vec multiplyPairs(Pairs a, Pairs b, Vec sum) {
    return {_mm512_dpbf16_ps(sum.v, (__m512bh)a.v, (__m512bh)b.v)};
}

inline void pairRow(const float* x, int64_t count, uint32_t* out) {
    for (; count >= 32; count -= 32, x += 32, out += 16)
        _mm512_storeu_si512(
            out, (__m512i)_mm512_cvtne2ps_pbh(_mm512_loadu_ps(x + 16), _mm512_loadu_ps(x)));
    if (count == 0)
        return;
    const __m512 low = _mm512_maskz_loadu_ps(firstLanes(count < 16 ? count : 16), x);
    const __m512 high =
        count > 16 ? _mm512_maskz_loadu_ps(firstLanes(count - 16), x + 16) : _mm512_setzero_ps();
    _mm512_mask_storeu_epi32(out, firstLanes((count + 1) / 2),
                             (__m512i)_mm512_cvtne2ps_pbh(high, low));
}

/// Of two rows' sixteen values one pair each.
inline __m512i joined(__m512 first, __m512 second) {
    const __m512i both = (__m512i)_mm512_cvtne2ps_pbh(second, first);
    const __m512i index = _mm512_add_epi32(
        _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
        _mm512_slli_epi32(
            _mm512_setr_epi32(16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31), 16));
    return _mm512_permutexvar_epi16(index, both);
}

/// Of a vector that begins with lane i, how many of `count` lanes it has.
inline __mmask16 lanesFrom(int64_t i, int64_t count) {
    return count - i >= 16 ? __mmask16(0xffff) : count > i ? firstLanes(count - i) : __mmask16(0);
}

/// One value of each row: [width], zeros from count on. second: null for zeros.
inline void pairGroup(const float* first, const float* second, int64_t count, int64_t width,
                      uint32_t* out) {
    int64_t i = 0;
    for (; second && i + 16 <= count; i += 16)
        _mm512_storeu_si512(out + i,
                            joined(_mm512_loadu_ps(first + i), _mm512_loadu_ps(second + i)));
    for (; i < width; i += 16) {
        const __mmask16 given = lanesFrom(i, count);
        const __m512 a = _mm512_maskz_loadu_ps(given, first + i);
        const __m512 b = second ? _mm512_maskz_loadu_ps(given, second + i) : _mm512_setzero_ps();
        _mm512_mask_storeu_epi32(out + i, lanesFrom(i, width), joined(a, b));
    }
}

/// Lane i takes i + 8, then i + 4, i + 2, i + 1.
inline float treeSum(Vec a) {
    const __m256 eight = _mm256_add_ps(_mm512_castps512_ps256(a.v), _mm512_extractf32x8_ps(a.v, 1));
    const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

inline __m512i loadFirstValues(const uint16_t* p, int64_t count) {
    return _mm512_maskz_loadu_epi16(__mmask32((uint64_t{1} << count) - 1), p);
}
/// The first `count` of 32 values, zeros behind them.
inline Pairs loadFirstPairs(const uint16_t* p, int64_t count) {
    return {loadFirstValues(p, count)};
}

/// 32 columns of two rows, a pair each: of every eight columns four are in each vector.
struct JoinedRows {
    Pairs v[2];
};
inline JoinedRows join(__m512i first, __m512i second) {
    return {{{_mm512_unpacklo_epi16(first, second)}, {_mm512_unpackhi_epi16(first, second)}}};
}
inline JoinedRows joinRows(const uint16_t* first, const uint16_t* second) {
    return join(_mm512_loadu_si512(first), _mm512_loadu_si512(second));
}
inline JoinedRows joinFirst(const uint16_t* first, const uint16_t* second, int64_t count) {
    return join(loadFirstValues(first, count), loadFirstValues(second, count));
}
/// What was summed over joined rows, in the order of their columns.
inline void storeJoined(float* out, const Vec (&sums)[2], int64_t count) {
    const __m512i low = _mm512_setr_epi32(0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
    const __m512i high = _mm512_add_epi32(low, _mm512_set1_epi32(8));
    const auto put = [&](__m512i lanes, float* target, int64_t left) {
        const __m512 ordered = _mm512_permutex2var_ps(sums[0].v, lanes, sums[1].v);
        _mm512_mask_storeu_ps(target, firstLanes(left < 16 ? left : 16), ordered);
    };
    put(low, out, count);
    if (count > 16)
        put(high, out + 16, count - 16);
}

/// The sums of four vectors' lanes in treeSum's order, but for its last two steps.
inline __m512 quarterSums(__m512 a, __m512 b, __m512 c, __m512 d) {
    const __m512 ab =
        _mm512_add_ps(_mm512_shuffle_f32x4(a, b, 0x44), _mm512_shuffle_f32x4(a, b, 0xee));
    const __m512 cd =
        _mm512_add_ps(_mm512_shuffle_f32x4(c, d, 0x44), _mm512_shuffle_f32x4(c, d, 0xee));
    return _mm512_add_ps(_mm512_shuffle_f32x4(ab, cd, 0x88), _mm512_shuffle_f32x4(ab, cd, 0xdd));
}

/// out[h * stride + k] = treeSum(sums[h][k]).
template <int kHeads, int kKeys>
inline void storeScores(const Vec (&sums)[kHeads][kKeys], float* out, int64_t stride) {
    if constexpr (kHeads == 4 && kKeys == 4) {
        __m512 keys[4];
#pragma GCC unroll 4
        for (int k = 0; k < 4; ++k)
            keys[k] = quarterSums(sums[0][k].v, sums[1][k].v, sums[2][k].v, sums[3][k].v);
        const auto halves = [](__m512 a, __m512 b) {
            const __m512d x = _mm512_castps_pd(a), y = _mm512_castps_pd(b);
            return _mm512_add_ps(_mm512_castpd_ps(_mm512_unpacklo_pd(x, y)),
                                 _mm512_castpd_ps(_mm512_unpackhi_pd(x, y)));
        };
        const __m512 first = halves(keys[0], keys[1]), last = halves(keys[2], keys[3]);
        const __m512 result = _mm512_add_ps(_mm512_shuffle_ps(first, last, 0x88),
                                            _mm512_shuffle_ps(first, last, 0xdd));
        _mm_storeu_ps(out, _mm512_castps512_ps128(result));
        _mm_storeu_ps(out + stride, _mm512_extractf32x4_ps(result, 1));
        _mm_storeu_ps(out + 2 * stride, _mm512_extractf32x4_ps(result, 2));
        _mm_storeu_ps(out + 3 * stride, _mm512_extractf32x4_ps(result, 3));
    } else {
        for (int h = 0; h < kHeads; ++h) {
            for (int k = 0; k < kKeys; ++k)
                out[h * stride + k] = treeSum(sums[h][k]);
        }
    }
}

inline void fetchLine(const void* line) {
    _mm_prefetch(static_cast<const char*>(line), _MM_HINT_T0);
}
inline void fetchFarLine(const void* line) {
    _mm_prefetch(static_cast<const char*>(line), _MM_HINT_T1);
}

}  // namespace hearth::engine::cpu::avx512bf16
