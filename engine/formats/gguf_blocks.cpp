// Blocks of 32 values, and the table of all codecs.
#include "engine/formats/gguf_blocks.h"

#include "engine/formats/codec_mxfp4.h"
#include "engine/formats/little_endian.h"

namespace hearth::engine {
namespace {

constexpr int kHalf = 16;  // of a block: low nibbles hold the first, high nibbles the second

int lowNibble(std::byte value) {
    return int(value) & 0xf;
}

int highNibble(std::byte value) {
    return int(value) >> 4;
}

}  // namespace

void decodeQ8_0(const std::byte* block, float* out) {
    const float d = loadF16(block);
    for (int i = 0; i < 2 * kHalf; ++i)
        out[i] = float(int8_t(block[2 + i])) * d;
}

void decodeQ4_0(const std::byte* block, float* out) {
    const float d = loadF16(block);
    for (int i = 0; i < kHalf; ++i) {
        out[i] = float(lowNibble(block[2 + i]) - 8) * d;
        out[i + kHalf] = float(highNibble(block[2 + i]) - 8) * d;
    }
}

void decodeQ4_1(const std::byte* block, float* out) {
    const float d = loadF16(block), m = loadF16(block + 2);
    for (int i = 0; i < kHalf; ++i) {
        out[i] = float(lowNibble(block[4 + i])) * d + m;
        out[i + kHalf] = float(highNibble(block[4 + i])) * d + m;
    }
}

void decodeGgufMxfp4(const std::byte* block, float* out) {
    std::array<float, 16> values = mxfp4Values(uint8_t(block[0]));
    values[8] = 0.0f;  // ggml has no negative zero
    for (int i = 0; i < kHalf; ++i) {
        out[i] = values[size_t(lowNibble(block[1 + i]))];
        out[i + kHalf] = values[size_t(highNibble(block[1 + i]))];
    }
}

const GgufBlock* ggufBlock(Codec codec) {
    static constexpr GgufBlock kQ8_0{"Q8_0", 32, 34, decodeQ8_0};
    static constexpr GgufBlock kQ4_0{"Q4_0", 32, 18, decodeQ4_0};
    static constexpr GgufBlock kQ4_1{"Q4_1", 32, 20, decodeQ4_1};
    static constexpr GgufBlock kQ4_K{"Q4_K", 256, 144, decodeQ4_K};
    static constexpr GgufBlock kQ5_K{"Q5_K", 256, 176, decodeQ5_K};
    static constexpr GgufBlock kQ6_K{"Q6_K", 256, 210, decodeQ6_K};
    static constexpr GgufBlock kMxfp4{"MXFP4", 32, 17, decodeGgufMxfp4};
    switch (codec) {
        case Codec::GgufQ8_0:
            return &kQ8_0;
        case Codec::GgufQ4_0:
            return &kQ4_0;
        case Codec::GgufQ4_1:
            return &kQ4_1;
        case Codec::GgufQ4_K:
            return &kQ4_K;
        case Codec::GgufQ5_K:
            return &kQ5_K;
        case Codec::GgufQ6_K:
            return &kQ6_K;
        case Codec::GgufMxfp4:
            return &kMxfp4;
        case Codec::Plain:
        case Codec::Fp8Block:
        case Codec::Mxfp4:
            break;
    }
    return nullptr;
}

}  // namespace hearth::engine
