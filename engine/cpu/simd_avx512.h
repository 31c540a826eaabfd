// Sixteen floats in one AVX-512 register. Include from *_avx512.cpp only.
#pragma once
#include <immintrin.h>

#include <cstdint>

#define HEARTH_AVX512_NAMESPACE avx512
#include "engine/cpu/simd_avx512_floats.h"

namespace hearth::engine::cpu::avx512 {

/// Rows of a full tile, and vectors side by side for fewer rows: enough independent sums to
/// Vectors that go through a long chain of steps abreast, within the registers.
inline constexpr int kChains = 8;
/// hide the latency of a fused multiply-add within 32 registers.
inline constexpr int kTileRows = 12;
constexpr int tileVectors(int rows) {
    return rows <= 2 ? 8 : rows == 3 ? 4 : 2;
}

inline Vec loadBf16(const uint16_t* p) {
    const __m256i bits = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
    return {_mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(bits), 16))};
}
inline Vec loadF16(const uint16_t* p) {
    return {_mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)))};
}

/// Of sixteen pairs of BF16 the first ones (the low halves), and the second ones.
inline Vec loadFirstOfPairs(const void* p) {
    return {_mm512_castsi512_ps(_mm512_slli_epi32(_mm512_loadu_si512(p), 16))};
}
inline Vec loadSecondOfPairs(const void* p) {
    const __m512i high = _mm512_set1_epi32(int(0xffff0000u));
    return {_mm512_castsi512_ps(_mm512_and_si512(_mm512_loadu_si512(p), high))};
}

inline Vec operator+(Vec a, Vec b) {
    return {_mm512_add_ps(a.v, b.v)};
}
inline Vec operator-(Vec a, Vec b) {
    return {_mm512_sub_ps(a.v, b.v)};
}
inline Vec operator*(Vec a, Vec b) {
    return {_mm512_mul_ps(a.v, b.v)};
}
inline Vec operator/(Vec a, Vec b) {
    return {_mm512_div_ps(a.v, b.v)};
}
/// a > b ? a : b, hence b where either is NaN.
inline Vec max(Vec a, Vec b) {
    return {_mm512_max_ps(a.v, b.v)};
}
inline Vec min(Vec a, Vec b) {
    return {_mm512_min_ps(a.v, b.v)};
}
/// a < limit ? 0 : x
inline Vec zeroWhereLess(Vec a, Vec limit, Vec x) {
    return {_mm512_maskz_mov_ps(_mm512_cmp_ps_mask(a.v, limit.v, _CMP_NLT_UQ), x.v)};
}
/// 2^n, where the low bits of a hold n; exponent 128 gives infinity.
inline Vec powerOfTwo(Vec a) {
    const __m512i shifted = _mm512_slli_epi32(_mm512_castps_si512(a.v), 23);
    return {_mm512_castsi512_ps(_mm512_add_epi32(shifted, _mm512_set1_epi32(0x3f800000)))};
}

/// Lane i takes i + 8, then i + 4, i + 2, i + 1.
inline float treeSum(Vec a) {
    const __m256 eight = _mm256_add_ps(_mm512_castps512_ps256(a.v), _mm512_extractf32x8_ps(a.v, 1));
    const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

/// The same of a > b ? a : b.
inline float treeMax(Vec a) {
    const __m256 eight = _mm256_max_ps(_mm512_castps512_ps256(a.v), _mm512_extractf32x8_ps(a.v, 1));
    const __m128 four = _mm_max_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    const __m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_max_ss(two, _mm_movehdup_ps(two)));
}
/// The low byte of each lane's bits.
inline void storeLowBytes(uint8_t* p, Vec a) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm512_cvtepi32_epi8(_mm512_castps_si512(a.v)));
}

}  // namespace hearth::engine::cpu::avx512
