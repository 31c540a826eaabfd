// What every instruction set with AVX-512 registers does with sixteen floats: loads, stores, sums.
// No include guard: define HEARTH_AVX512_NAMESPACE and include. Each set has its own, since of two
// inline functions of one name the linker keeps one, compiled for either set.
#include <immintrin.h>

#include <cstdint>

namespace hearth::engine::cpu::HEARTH_AVX512_NAMESPACE {

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

}  // namespace hearth::engine::cpu::HEARTH_AVX512_NAMESPACE

#undef HEARTH_AVX512_NAMESPACE
