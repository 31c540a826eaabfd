#include "engine/formats/codec_mxfp4.h"

#include <cmath>

namespace hearth::engine {

float mxfp4Value(int code, uint8_t scale) {
    static constexpr float kTwice[] = {0, 1, 2, 3, 4, 6, 8, 12};  // exact halves of these
    const float magnitude = std::ldexp(kTwice[code & 7], int(scale) - 128);
    return code & 8 ? -magnitude : magnitude;
}

void decodeMxfp4Block(const std::byte* nibbles, uint8_t scale, float* out) {
    float values[16];
    for (int code = 0; code < 16; ++code)
        values[code] = mxfp4Value(code, scale);
    for (int64_t i = 0; i < kMxfp4Block / 2; ++i) {
        out[2 * i] = values[int(nibbles[i]) & 0xf];
        out[2 * i + 1] = values[int(nibbles[i]) >> 4];
    }
}

}  // namespace hearth::engine
