// The blocks that GGUF files keep weights in, as ggml defines them: 32 or 256 values along a row,
// quantised with scales of their own. All little-endian; d, m: F16.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/formats/weight_source.h"

namespace hearth::engine {

/// Values and bytes of one block, and how it becomes F32. decode takes any bytes.
struct GgufBlock {
    const char* name;  // ggml's, for messages
    int64_t elements;
    int64_t bytes;
    void (*decode)(const std::byte* block, float* out);
};

/// Null unless the codec is one of Gguf*.
const GgufBlock* ggufBlock(Codec codec);

/// d | 32 signed bytes: q * d
void decodeQ8_0(const std::byte* block, float* out);
/// d | 16 bytes of nibbles (low ones: values 0-15): (q - 8) * d
void decodeQ4_0(const std::byte* block, float* out);
/// d | m | 16 bytes of nibbles: q * d + m
void decodeQ4_1(const std::byte* block, float* out);
/// One byte s | 16 bytes of nibbles: e2m1(q) * 2^(s - 127)
void decodeGgufMxfp4(const std::byte* block, float* out);
/// d | dmin | 12 bytes of 6-bit scales and minima, a pair for 32 values | 128 bytes of nibbles
void decodeQ4_K(const std::byte* block, float* out);
/// As Q4_K, with 32 bytes of fifth bits before the nibbles.
void decodeQ5_K(const std::byte* block, float* out);
/// 128 bytes of nibbles | 64 bytes of bits 4 and 5 | 16 signed scales of 16 values | d
void decodeQ6_K(const std::byte* block, float* out);

/// Encode as ggml's reference quantisers do, bit for bit. REQUIRES: values.size() is a multiple
/// of 32 (F16: any) and out has room. A block that holds a value which is not finite decodes to
/// NaN throughout.
void encodeQ8_0(std::span<const float> values, std::byte* out);  // 34 bytes a block
void encodeQ4_0(std::span<const float> values, std::byte* out);  // 18 bytes a block
void encodeF16(std::span<const float> values, std::byte* out);   // 2 bytes a value

}  // namespace hearth::engine
