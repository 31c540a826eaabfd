// MXFP4 (OCP Microscaling 1.0): four bits a value, e2m1, and a power of two for each 32 of them.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace hearth::engine {

inline constexpr int64_t kMxfp4Block = 32;
/// A scale of this byte is not a number; no checkpoint has a use for it.
inline constexpr uint8_t kMxfp4NanScale = 255;

/// e2m1(code) * 2^(scale - 127) of every code; exact, but that the largest overflow to infinity.
std::array<float, 16> mxfp4Values(uint8_t scale);

/// One block of 32: value 2i is the low nibble of byte i, value 2i + 1 the high one.
void decodeMxfp4Block(const std::byte* nibbles, uint8_t scale, float* out);

}  // namespace hearth::engine
