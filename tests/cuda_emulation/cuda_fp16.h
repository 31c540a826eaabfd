// The conversions of <cuda_fp16.h> that engine/cuda uses. They are the CPU's own.
#pragma once
#include "cuda_runtime_api.h"
#include "engine/float_bits.h"

struct __half {
    uint16_t bits;
};
struct __half2 {
    __half x, y;
};

inline __half __ushort_as_half(uint16_t bits) {
    return {bits};
}
inline uint16_t __half_as_ushort(__half value) {
    return value.bits;
}
inline float __half2float(__half value) {
    return hearth::engine::f16ToFloat(value.bits);
}
inline __half __float2half_rn(float value) {
    return {hearth::engine::floatToF16(value)};
}
inline float2 __half22float2(__half2 value) {
    return {__half2float(value.x), __half2float(value.y)};
}
