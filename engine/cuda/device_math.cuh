// The arithmetic of the CPU backend's kernels (engine/cpu/kernels_impl.h), operation by operation,
// so that both backends give the same bits. Contraction is off (CMakeLists.txt): where a
// multiply-add is one rounding, __fmaf_rn says so.
#pragma once
#include <cuda_fp16.h>

#include <cstdint>

#include "engine/tensor.h"

namespace hearth::engine::cuda {

/// Partial sums of a row: element i belongs to lane i % kLanes.
inline constexpr int kLanes = 16;

/// a > b ? a : b, hence b where either is NaN.
__device__ inline float larger(float a, float b) {
    return a > b ? a : b;
}
__device__ inline float smaller(float a, float b) {
    return a < b ? a : b;
}
__device__ inline float minusInfinity() {
    return __int_as_float(int(0xff800000u));
}

/// e^x with a relative error near 1e-7; see engine/cpu/kernels_impl.h.
__device__ inline float exponential(float x) {
    const float magic = 12582912.0f;
    const float clamped = smaller(88.8f, larger(-87.4f, x));
    const float biased = __fmaf_rn(clamped, 1.44269504f, magic);
    const float n = biased - magic;
    const float r = __fmaf_rn(n, 2.12194440e-4f, __fmaf_rn(n, -0.693359375f, clamped));
    float p = 1.0f / 5040;
    p = __fmaf_rn(p, r, 1.0f / 720);
    p = __fmaf_rn(p, r, 1.0f / 120);
    p = __fmaf_rn(p, r, 1.0f / 24);
    p = __fmaf_rn(p, r, 1.0f / 6);
    p = __fmaf_rn(p, r, 0.5f);
    p = __fmaf_rn(p, r, 1.0f);
    p = __fmaf_rn(p, r, 1.0f);
    const float power = __uint_as_float((__float_as_uint(biased) << 23) + 0x3f800000u);
    return x < -87.3f ? 0.0f : p * power;
}

__device__ inline float logistic(float x) {
    return 1.0f / (1.0f + exponential(0.0f - x));
}

/// Nearest integer, ties to even, for |x| < 2^22.
__device__ inline float nearest(float x) {
    return (x + 12582912.0f) - 12582912.0f;
}

/// The fixed tree over sixteen neighbouring threads; all of them get the result. Every thread of
/// the warp takes part.
__device__ inline float sumLanes(float value) {
    for (int half = kLanes / 2; half > 0; half /= 2)
        value += __shfl_xor_sync(0xffffffffu, value, half);
    return value;
}
__device__ inline float maxLanes(float value) {
    for (int half = kLanes / 2; half > 0; half /= 2)
        value = larger(value, __shfl_xor_sync(0xffffffffu, value, half));
    return value;
}

__device__ inline float bf16ToFloat(uint16_t bits) {
    return __uint_as_float(uint32_t(bits) << 16);
}
__device__ inline float f16ToFloat(uint16_t bits) {
    return __half2float(__ushort_as_half(bits));
}
/// Rounded to nearest even; a NaN stays one.
__device__ inline uint16_t floatToBf16(float value) {
    const uint32_t bits = __float_as_uint(value);
    if ((bits & 0x7fffffffu) > 0x7f800000u)
        return uint16_t(bits >> 16 | 0x40);
    return uint16_t((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}
__device__ inline uint16_t floatToF16(float value) {
    return __half_as_ushort(__float2half_rn(value));
}

}  // namespace hearth::engine::cuda
