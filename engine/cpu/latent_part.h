// Values to codes of 8 bits with one scale, as the int8 cache and its queries have them.
#pragma once
#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>

namespace hearth::engine::cpu {

/// Largest magnitude / 127; codes are the nearest to value / scale. Returns the scale.
inline float quantisePart(const float* x, int64_t count, int8_t* codes, int64_t stride) {
    uint32_t largest = 0;  // magnitudes order as their bits do
    for (int64_t i = 0; i < count; ++i)
        largest = std::max(largest, std::bit_cast<uint32_t>(x[i]) & 0x7fffffffu);
    const float scale = std::bit_cast<float>(largest) / 127.0f;
    const float inverse = scale >= std::numeric_limits<float>::min() ? 1.0f / scale : 0.0f;
    constexpr float kRounder = 12582912.0f;  // 1.5 * 2^23 rounds to the nearest integer
    for (int64_t quad = 0; quad < count / 4; ++quad) {
        for (int64_t i = 0; i < 4; ++i)
            codes[quad * stride + i] = int8_t((x[quad * 4 + i] * inverse + kRounder) - kRounder);
    }
    return inverse > 0.0f ? scale : 0.0f;
}

}  // namespace hearth::engine::cpu
