#include "engine/formats/codec_fp8.h"

#include <array>
#include <cmath>
#include <limits>

#include "engine/formats/little_endian.h"

namespace hearth::engine {
namespace {

float computed(uint8_t code) {
    const int exponent = code >> 3 & 0xf, mantissa = code & 7;
    if (exponent == 0xf && mantissa == 7)
        return std::numeric_limits<float>::quiet_NaN();
    const float magnitude = exponent == 0 ? std::ldexp(float(mantissa), -9)
                                          : std::ldexp(float(8 + mantissa), exponent - 10);
    return code & 0x80 ? -magnitude : magnitude;
}

const std::array<float, 256>& allValues() {
    static const std::array<float, 256> values = [] {
        std::array<float, 256> out;
        for (size_t code = 0; code < out.size(); ++code)
            out[code] = computed(uint8_t(code));
        return out;
    }();
    return values;
}

}  // namespace

float fromE4m3(uint8_t code) {
    return allValues()[code];
}

void decodeFp8Row(std::span<const std::byte> codes, const std::byte* factors, float* out) {
    const std::array<float, 256>& values = allValues();
    for (size_t begin = 0; begin < codes.size(); begin += kFp8Block) {
        const auto factor = loadAs<float>(factors + begin / kFp8Block * sizeof(float));
        const size_t end = std::min(codes.size(), begin + size_t(kFp8Block));
        for (size_t i = begin; i < end; ++i)
            out[i] = values[size_t(codes[i])] * factor;
    }
}

}  // namespace hearth::engine
