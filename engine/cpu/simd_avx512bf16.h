// Pairs of BF16 in AVX-512 registers. Include from *_avx512bf16.cpp only.
#pragma once
#include <immintrin.h>

#include <cstdint>

namespace hearth::engine::cpu::avx512bf16 {

/// As many sums as hide the latency of a product, beside the weights and a row's pair.
inline constexpr int kPairTileRows = 12;

struct Vec {
    __m512 v;
};

inline Vec zero() {
    return {_mm512_setzero_ps()};
}
inline Vec broadcast(float x) {
    return {_mm512_set1_ps(x)};
}
inline Vec load(const float* p) {
    return {_mm512_loadu_ps(p)};
}
inline void store(float* p, Vec a) {
    _mm512_storeu_ps(p, a.v);
}
inline __mmask16 firstLanes(int64_t count) {
    return __mmask16((1u << count) - 1);
}
inline Vec loadFirst(const float* p, int64_t count) {
    return {_mm512_maskz_loadu_ps(firstLanes(count), p)};
}
inline void storeFirst(float* p, Vec a, int64_t count) {
    _mm512_mask_storeu_ps(p, firstLanes(count), a.v);
}
/// a * b + c, rounded once.
inline Vec fma(Vec a, Vec b, Vec c) {
    return {_mm512_fmadd_ps(a.v, b.v, c.v)};
}

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

inline Pairs loadPairs(const uint32_t* p) {
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

}  // namespace hearth::engine::cpu::avx512bf16
