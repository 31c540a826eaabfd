#include <bit>
#include <cmath>

#include "engine/formats/weight_source.h"

namespace hearth::engine {

uint16_t toBf16(float value) {
    const auto bits = std::bit_cast<uint32_t>(value);
    if (std::isnan(value))
        return uint16_t(bits >> 16 | 0x40);  // rounding could carry a NaN into infinity
    return uint16_t((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

float fromBf16(uint16_t bits) {
    return std::bit_cast<float>(uint32_t(bits) << 16);
}

float fromF16(uint16_t bits) {
    const uint32_t sign = uint32_t(bits & 0x8000) << 16;
    const uint32_t exponent = bits >> 10 & 0x1f;
    const uint32_t mantissa = bits & 0x3ff;
    if (exponent == 0) {
        const float magnitude = std::ldexp(float(mantissa), -24);
        return sign ? -magnitude : magnitude;
    }
    const uint32_t widened = exponent == 0x1f ? 0xff : exponent + 112;
    return std::bit_cast<float>(sign | widened << 23 | mantissa << 13);
}

uint16_t toF16(float value) {
    const auto bits = std::bit_cast<uint32_t>(value);
    const auto sign = uint16_t(bits >> 16 & 0x8000);
    const uint32_t magnitude = bits & 0x7fffffff;
    if (magnitude > 0x7f800000)
        return uint16_t(sign | 0x7e00);
    if (magnitude >= 0x477ff000)  // from 65520 on, rounding carries into infinity
        return uint16_t(sign | 0x7c00);
    if (magnitude < 0x38800000)  // subnormal in F16: a multiple of 2^-24
        return uint16_t(sign |
                        uint16_t(std::nearbyint(std::ldexp(std::bit_cast<float>(magnitude), 24))));
    const uint32_t rebiased = magnitude - 0x38000000;
    return uint16_t(sign | (rebiased + 0xfff + (rebiased >> 13 & 1)) >> 13);
}

}  // namespace hearth::engine
