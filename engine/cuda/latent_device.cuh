// Codes of 8 bits of MLA's caches (engine/ops/latent_page.h, engine/ops/expanded_page.h): rounding
// of a part of a row, and dot products. Integer sums are exact, so they run in any order; floats
// are multiplied as in engine/cpu/latent_loops.h.
#pragma once
#include <cstddef>
#include <cstdint>

#include "engine/cuda/device_math.cuh"
#include "engine/cuda/instructions.cuh"
#include "engine/ops/latent_page.h"

namespace hearth::engine::cuda {

inline constexpr int kPageTokens = int(kLatentPageTokens);
/// Keys whose weights share a scale, and whose partial result is one block's.
inline constexpr int kLatentChunk = 256;
inline constexpr int kChunkPages = kLatentChunk / kPageTokens;

/// A warp rounds one part of a row, a multiple of 4 values; value i becomes the code at
/// codes[i / 4 * stride + i % 4]. Returns the scale: largest magnitude / 127, or 0 (and all codes
/// 0) where that is no normal number.
__device__ inline float quantisePart(const float* x, int64_t count, int8_t* codes, int64_t stride) {
    const int lane = int(threadIdx.x) % 32;
    uint32_t largest = 0;  // magnitudes order as their bits do
    for (int64_t i = lane; i < count; i += 32)
        largest = max(largest, __float_as_uint(x[i]) & 0x7fffffffu);
    largest = __reduce_max_sync(0xffffffffu, largest);
    const float scale = __uint_as_float(largest) / 127.0f;
    const float inverse = scale >= 1.17549435e-38f ? 1.0f / scale : 0.0f;
    for (int64_t i = lane; i < count; i += 32)
        codes[i / 4 * stride + i % 4] = int8_t(int32_t(nearest(x[i] * inverse)));
    return inverse > 0.0f ? scale : 0.0f;
}

/// Sum of products of four signed codes with four signed ones.
__device__ inline int32_t dot(uint32_t a, uint32_t b, int32_t sum) {
    return __dp4a(int32_t(a), int32_t(b), sum);
}

}  // namespace hearth::engine::cuda
