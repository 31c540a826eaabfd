// K-quants: 256 values, whose scales are quantised themselves.
#include "engine/formats/gguf_blocks.h"
#include "engine/formats/little_endian.h"

namespace hearth::engine {
namespace {

constexpr int kGroups = 8;      // of a block, with a scale and a minimum each (Q4_K, Q5_K)
constexpr int kGroupSize = 32;  // values
constexpr int kScaleBytes = 12;

struct ScaleAndMin {
    int scale;
    int min;
};

/// Six bits each. Groups 0-3: the low six bits of bytes g and 4 + g. Groups 4-7: four bits of byte
/// 4 + g (scales low, minima high) below the two that the former left in bytes g - 4 and g.
ScaleAndMin scaleAndMin(const std::byte* packed, int group) {
    const auto at = [&](int i) { return int(packed[i]); };
    if (group < 4)
        return {at(group) & 0x3f, at(group + 4) & 0x3f};
    return {(at(group + 4) & 0xf) | (at(group - 4) >> 6) << 4,
            (at(group + 4) >> 4) | (at(group) >> 6) << 4};
}

/// Nibbles of groups 2k and 2k + 1 share 32 bytes. fifthBits: bit g of byte i belongs to value i of
/// group g; null for Q4_K.
void decodeGroups(const std::byte* block, const std::byte* fifthBits, const std::byte* nibbles,
                  float* out) {
    const float d = loadF16(block), dmin = loadF16(block + 2);
    for (int g = 0; g < kGroups; ++g) {
        const ScaleAndMin packed = scaleAndMin(block + 4, g);
        const float scale = d * float(packed.scale), min = dmin * float(packed.min);
        const std::byte* bytes = nibbles + g / 2 * kGroupSize;
        for (int i = 0; i < kGroupSize; ++i) {
            int q = int(bytes[i]) >> (g % 2 * 4) & 0xf;
            if (fifthBits)
                q |= (int(fifthBits[i]) >> g & 1) << 4;
            out[g * kGroupSize + i] = scale * float(q) - min;
        }
    }
}

}  // namespace

void decodeQ4_K(const std::byte* block, float* out) {
    decodeGroups(block, nullptr, block + 4 + kScaleBytes, out);
}

void decodeQ5_K(const std::byte* block, float* out) {
    const std::byte* fifthBits = block + 4 + kScaleBytes;
    decodeGroups(block, fifthBits, fifthBits + kGroupSize, out);
}

void decodeQ6_K(const std::byte* block, float* out) {
    const std::byte* high = block + 128;
    const std::byte* scales = high + 64;
    const float d = loadF16(scales + 16);
    for (int i = 0; i < 256; ++i) {
        // Each half of 128 values has 64 bytes of nibbles (values 0-63 low, 64-127 high) and 32
        // bytes whose pairs of bits belong to values i, i + 32, i + 64 and i + 96.
        const int half = i / 128, within = i % 128;
        const int nibble = int(block[half * 64 + within % 64]) >> (within / 64 * 4) & 0xf;
        const int pair = int(high[half * 32 + within % 32]) >> (within / 32 * 2) & 3;
        out[i] = d * float(int8_t(scales[i / 16])) * float((nibble | pair << 4) - 32);
    }
}

}  // namespace hearth::engine
