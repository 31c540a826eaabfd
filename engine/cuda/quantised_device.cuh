// Panels of Q8 and Q4 (engine/ops/packed_layout.h) and rounded rows as kernels read them.
#pragma once
#include <cuda_fp16.h>

#include "engine/cuda/product_device.cuh"
#include "engine/cuda/quantised_cuda.h"
#include "engine/ops/packed_layout.h"

namespace hearth::engine::cuda {

inline constexpr int kOutputs = int(kPanelOutputs);
inline constexpr int kSteps = int(kQuantBlock);
inline constexpr int kQuads = kSteps / 4;
inline constexpr int kScaleBytes = 2 * kOutputs;

template <bool kQ4>
struct PanelBlock {
    static constexpr int kBytes = kScaleBytes + kSteps * kOutputs / (kQ4 ? 2 : 1);

    __device__ static const std::byte* at(const std::byte* weight, int64_t blocks, int64_t panel,
                                          int64_t block) {
        return weight + (panel * blocks + block) * kBytes;
    }
    __device__ static const uint32_t* words(const std::byte* block) {
        return reinterpret_cast<const uint32_t*>(block + kScaleBytes);
    }
    __device__ static float scale(const std::byte* block, int output) {
        return __half2float(reinterpret_cast<const __half*>(block)[output]);
    }
};

/// Four stored codes of Q8, q + 128, as q.
__device__ inline uint32_t signedCodes(uint32_t codes) {
    return codes ^ 0x80808080u;
}
/// Four stored codes of Q4, q + 8 in the low half of each byte, as q.
__device__ inline uint32_t lowCodes(uint32_t pairs) {
    return ((pairs & 0x0f0f0f0fu) + 0x78787878u) ^ 0x80808080u;
}
__device__ inline uint32_t highCodes(uint32_t pairs) {
    return lowCodes(pairs >> 4);
}

/// Where a rounded row keeps four steps of a block: quads i and i + 4 are neighbours, as a lane of
/// the tensor cores takes them.
__device__ inline int quantisedWord(int quad) {
    return quad % 4 * 2 + quad / 4;
}

/// Eight lanes round a block of a row (the arithmetic of engine/cpu/quantised_scalar.cpp), four
/// steps each; a warp four blocks. x: the lane's first step, of which `there` exist. A value that
/// is not finite makes the scale NaN.
struct QuantisedQuad {
    uint32_t codes;
    float scale;  // of the block
};
__device__ inline QuantisedQuad quantiseQuad(const float* x, int64_t there) {
    float values[4];
    uint32_t largest = 0;  // magnitudes order as their bits do, NaN last
#pragma unroll
    for (int i = 0; i < 4; ++i) {
        values[i] = i < there ? x[i] : 0.0f;
        largest = max(largest, __float_as_uint(values[i]) & 0x7fffffffu);
    }
#pragma unroll
    for (int distance = 4; distance > 0; distance /= 2)
        largest = max(largest, __shfl_xor_sync(0xffffffffu, largest, distance));
    float scale = __uint_as_float(largest) / 127.0f;
    const bool finite = largest < 0x7f800000u;
    if (scale < 1.17549435e-38f)
        scale = 0.0f;
    const float inverse = finite && scale != 0.0f ? 1.0f / scale : 0.0f;
    uint32_t codes = 0;
#pragma unroll
    for (int i = 0; i < 4; ++i) {
        const auto code = int32_t(nearest(inverse != 0.0f ? values[i] * inverse : 0.0f));
        codes |= (uint32_t(code) & 0xffu) << 8 * i;
    }
    return {codes, finite ? scale : __int_as_float(0x7fc00000)};
}

}  // namespace hearth::engine::cuda
