#include "engine/formats/codec_mxfp4.h"

#include <bit>

namespace hearth::engine {

std::array<float, 16> mxfp4Values(uint8_t scale) {
    // Half of 2^(scale - 127) is always an F32, if a subnormal one for the two least.
    const uint32_t bits = scale < 2 ? uint32_t(0x00200000) << scale : uint32_t(scale - 1) << 23;
    const auto half = std::bit_cast<float>(bits);
    std::array<float, 16> values = {0, 1, 2, 3, 4, 6, 8, 12, -0.0f, -1, -2, -3, -4, -6, -8, -12};
    for (float& value : values)
        value *= half;
    return values;
}

void decodeMxfp4Block(const std::byte* nibbles, uint8_t scale, float* out) {
    const std::array<float, 16> values = mxfp4Values(scale);
    for (int64_t i = 0; i < kMxfp4Block / 2; ++i) {
        out[2 * i] = values[size_t(nibbles[i] & std::byte(0xf))];
        out[2 * i + 1] = values[size_t(nibbles[i] >> 4)];
    }
}

}  // namespace hearth::engine
