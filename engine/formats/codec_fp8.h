// FP8 e4m3fn: sign, four bits of exponent (bias 7), three of mantissa; no infinity, 0x7f and 0xff
// are NaN, the largest value is 448.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace hearth::engine {

/// Rows and columns that share a factor (DeepSeek-V3's weight_scale_inv).
inline constexpr int64_t kFp8Block = 128;

float fromE4m3(uint8_t code);

/// One row: value(code) * factor of its block of columns. factors: F32, those of the row's blocks.
void decodeFp8Row(std::span<const std::byte> codes, const std::byte* factors, float* out);

}  // namespace hearth::engine
