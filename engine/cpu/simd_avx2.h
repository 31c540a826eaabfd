// Sixteen floats in two AVX2 registers. Include from *_avx2.cpp only.
#pragma once
#include <immintrin.h>

#include <cstdint>

namespace hearth::engine::cpu::avx2 {

struct Vec {
    __m256 lo;
    __m256 hi;
};

/// Rows of a full tile, and vectors side by side for fewer rows: enough independent sums to
/// Vectors that go through a long chain of steps abreast, within the registers.
inline constexpr int kChains = 2;
/// hide the latency of a fused multiply-add within 16 registers.
inline constexpr int kTileRows = 6;
constexpr int tileVectors(int rows) {
    return rows == 1 ? 4 : rows <= 3 ? 2 : 1;
}

inline Vec zero() {
    return {_mm256_setzero_ps(), _mm256_setzero_ps()};
}
inline Vec broadcast(float x) {
    return {_mm256_set1_ps(x), _mm256_set1_ps(x)};
}
inline Vec load(const float* p) {
    return {_mm256_loadu_ps(p), _mm256_loadu_ps(p + 8)};
}
inline void store(float* p, Vec a) {
    _mm256_storeu_ps(p, a.lo);
    _mm256_storeu_ps(p + 8, a.hi);
}
inline __m256i firstLanes(int64_t count) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(int(count)),
                              _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
inline Vec loadFirst(const float* p, int64_t count) {
    return {_mm256_maskload_ps(p, firstLanes(count)),
            _mm256_maskload_ps(p + 8, firstLanes(count - 8))};
}
inline void storeFirst(float* p, Vec a, int64_t count) {
    _mm256_maskstore_ps(p, firstLanes(count), a.lo);
    _mm256_maskstore_ps(p + 8, firstLanes(count - 8), a.hi);
}
inline __m256 expandBf16(const uint16_t* p) {
    const __m128i bits = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(bits), 16));
}
inline Vec loadBf16(const uint16_t* p) {
    return {expandBf16(p), expandBf16(p + 8)};
}
inline Vec loadF16(const uint16_t* p) {
    return {_mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))),
            _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p + 8)))};
}

/// Half of sixteen pairs.
inline __m256i loadInts(const void* p, int half) {
    return _mm256_loadu_si256(static_cast<const __m256i*>(p) + half);
}
/// Of sixteen pairs of BF16 the first ones (the low halves), and the second ones.
inline Vec loadFirstOfPairs(const void* p) {
    return {_mm256_castsi256_ps(_mm256_slli_epi32(loadInts(p, 0), 16)),
            _mm256_castsi256_ps(_mm256_slli_epi32(loadInts(p, 1), 16))};
}
inline Vec loadSecondOfPairs(const void* p) {
    const __m256i high = _mm256_set1_epi32(int(0xffff0000u));
    return {_mm256_castsi256_ps(_mm256_and_si256(loadInts(p, 0), high)),
            _mm256_castsi256_ps(_mm256_and_si256(loadInts(p, 1), high))};
}

inline Vec operator+(Vec a, Vec b) {
    return {_mm256_add_ps(a.lo, b.lo), _mm256_add_ps(a.hi, b.hi)};
}
inline Vec operator-(Vec a, Vec b) {
    return {_mm256_sub_ps(a.lo, b.lo), _mm256_sub_ps(a.hi, b.hi)};
}
inline Vec operator*(Vec a, Vec b) {
    return {_mm256_mul_ps(a.lo, b.lo), _mm256_mul_ps(a.hi, b.hi)};
}
inline Vec operator/(Vec a, Vec b) {
    return {_mm256_div_ps(a.lo, b.lo), _mm256_div_ps(a.hi, b.hi)};
}
/// a * b + c, rounded once.
inline Vec fma(Vec a, Vec b, Vec c) {
    return {_mm256_fmadd_ps(a.lo, b.lo, c.lo), _mm256_fmadd_ps(a.hi, b.hi, c.hi)};
}
/// a > b ? a : b, hence b where either is NaN.
inline Vec max(Vec a, Vec b) {
    return {_mm256_max_ps(a.lo, b.lo), _mm256_max_ps(a.hi, b.hi)};
}
inline Vec min(Vec a, Vec b) {
    return {_mm256_min_ps(a.lo, b.lo), _mm256_min_ps(a.hi, b.hi)};
}
/// a < limit ? 0 : x
inline Vec zeroWhereLess(Vec a, Vec limit, Vec x) {
    return {_mm256_and_ps(_mm256_cmp_ps(a.lo, limit.lo, _CMP_NLT_UQ), x.lo),
            _mm256_and_ps(_mm256_cmp_ps(a.hi, limit.hi, _CMP_NLT_UQ), x.hi)};
}
inline __m256 powerOfTwoHalf(__m256 a) {
    const __m256i shifted = _mm256_slli_epi32(_mm256_castps_si256(a), 23);
    return _mm256_castsi256_ps(_mm256_add_epi32(shifted, _mm256_set1_epi32(0x3f800000)));
}
/// 2^n, where the low bits of a hold n; exponent 128 gives infinity.
inline Vec powerOfTwo(Vec a) {
    return {powerOfTwoHalf(a.lo), powerOfTwoHalf(a.hi)};
}

/// Lane i takes i + 8, then i + 4, i + 2, i + 1.
inline float treeSum(Vec a) {
    const __m256 eight = _mm256_add_ps(a.lo, a.hi);
    const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

/// The same of a > b ? a : b.
inline float treeMax(Vec a) {
    const __m256 eight = _mm256_max_ps(a.lo, a.hi);
    const __m128 four = _mm_max_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    const __m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_max_ss(two, _mm_movehdup_ps(two)));
}
inline __m128i lowBytes(__m256 a) {
    const __m256i bytes = _mm256_and_si256(_mm256_castps_si256(a), _mm256_set1_epi32(0xff));
    return _mm_packus_epi32(_mm256_castsi256_si128(bytes), _mm256_extracti128_si256(bytes, 1));
}
/// The low byte of each lane's bits.
inline void storeLowBytes(uint8_t* p, Vec a) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(p),
                     _mm_packus_epi16(lowBytes(a.lo), lowBytes(a.hi)));
}

}  // namespace hearth::engine::cpu::avx2
