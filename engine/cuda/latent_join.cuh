// Partial results of chunks of keys, and how they become one (engine/cpu/latent_decode.cpp).
#pragma once
#include "engine/cuda/device_rows.cuh"
#include "engine/cuda/latent_device.cuh"

namespace hearth::engine::cuda {

/// Of the tokens that are decoded together; `first` is the first of them.
struct LatentPartials {
    int64_t first = 0;
    int64_t chunks = 0;
    int64_t heads = 0;
    int64_t rank = 0;
    const int32_t* keys = nullptr;  // [tokens]: that each attends to
    float* partial = nullptr;       // [tokens][chunks][heads][rank]
    float* maximum = nullptr;       // [tokens][chunks][heads]
    float* sum = nullptr;           // the same

    __device__ int64_t at(int64_t row, int64_t chunk, int64_t head) const {
        return (row * chunks + chunk) * heads + head;
    }
    __device__ int64_t keysOf(int64_t row, int64_t chunk) const {
        return min(int64_t(kLatentChunk), keys[row] - chunk * kLatentChunk);
    }
};

/// The chunks of a query, each scaled from its own maximum to the largest.
inline void joinPartials(DeviceMemory& memory, const LatentPartials& p, const Rows<float>& out,
                         int64_t tokens) {
    forEachElement(memory, "mlaDecode", tokens, p.heads * p.rank,
                   [=] __device__(int64_t row, int64_t i) {
                       const int64_t head = i / p.rank, column = i % p.rank;
                       float largest = minusInfinity();
                       for (int64_t c = 0; c < p.chunks && p.keysOf(row, c) > 0; ++c)
                           largest = larger(p.maximum[p.at(row, c, head)], largest);
                       float sum = 0.0f, value = 0.0f;
                       for (int64_t c = 0; c < p.chunks && p.keysOf(row, c) > 0; ++c) {
                           const int64_t at = p.at(row, c, head);
                           const float factor = exponential(p.maximum[at] - largest);
                           sum += factor * p.sum[at];
                           value = __fmaf_rn(factor, p.partial[at * p.rank + column], value);
                       }
                       out[p.first + row][i] = value * (1.0f / sum);
                   });
}

/// A warp counts a token's keys: all it sees, or those before the list's -1.
__global__ static void countKeys(const int32_t* lengths, Rows<const int32_t> selected, int64_t most,
                                 int64_t first, int32_t* counts) {
    const int64_t token = first + blockIdx.x;
    int64_t end = selected.data ? most : lengths[token];
    for (int64_t i = threadIdx.x; selected.data && i < most; i += 32) {
        if (selected[token][i] == -1) {
            end = i;
            break;
        }
    }
    const unsigned least = __reduce_min_sync(0xffffffffu, unsigned(end));
    if (threadIdx.x == 0)
        counts[blockIdx.x] = int32_t(least);
}

}  // namespace hearth::engine::cuda
