// Scalar conversions between float32 and the 16-bit float formats, exact or rounded to
// nearest even.
#pragma once
#include <bit>
#include <cstdint>

namespace hearth::engine {

inline float bf16ToFloat(uint16_t bits) {
    return std::bit_cast<float>(uint32_t(bits) << 16);
}

inline uint16_t floatToBf16(float value) {
    const uint32_t bits = std::bit_cast<uint32_t>(value);
    if ((bits & 0x7fffffff) > 0x7f800000)
        return uint16_t(bits >> 16 | 0x40);  // keeps a NaN a NaN
    return uint16_t((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

inline float f16ToFloat(uint16_t bits) {
    const uint32_t sign = uint32_t(bits & 0x8000) << 16;
    const uint32_t magnitude = bits & 0x7fff;
    if (magnitude >= 0x7c00)  // infinity and NaN
        return std::bit_cast<float>(sign | 0x7f800000 | (magnitude & 0x3ff) << 13);
    // As a float's bits the magnitude is 2^-112 times its value, subnormals included.
    const float scaled = std::bit_cast<float>(magnitude << 13) * 0x1p112f;
    return std::bit_cast<float>(sign | std::bit_cast<uint32_t>(scaled));
}

inline uint16_t floatToF16(float value) {
    const uint32_t bits = std::bit_cast<uint32_t>(value);
    const uint16_t sign = uint16_t(bits >> 16 & 0x8000);
    const uint32_t magnitude = bits & 0x7fffffff;
    if (magnitude > 0x7f800000)
        return uint16_t(sign | 0x7e00);
    if (magnitude >= 0x477ff000)  // 65520 and above round to infinity
        return uint16_t(sign | 0x7c00);
    if (magnitude < 0x38800000) {  // subnormal: adding 0.5 leaves the rounded bits at the end
        const float shifted = std::bit_cast<float>(magnitude) + 0.5f;
        return uint16_t(sign | (std::bit_cast<uint32_t>(shifted) - 0x3f000000));
    }
    const uint32_t rebiased = magnitude - 0x38000000;
    return uint16_t(sign | (rebiased + 0xfff + (rebiased >> 13 & 1)) >> 13);
}

}  // namespace hearth::engine
