// What kernels of products share.
#pragma once
#include "engine/cuda/device_math.cuh"
#include "engine/cuda/product_cuda.h"

namespace hearth::engine::cuda {

/// Rows of out that belong to a group.
struct GroupRows {
    __device__ GroupRows(const Product& p, int64_t group)
        : begin(p.offsets ? p.offsets[group] : 0),
          count(p.offsets ? p.offsets[group + 1] - begin : p.rows) {}
    int64_t begin;
    int64_t count;
};

__device__ inline int64_t sourceRow(const Product& p, int64_t row) {
    return p.source ? p.source[row] : row;
}

__device__ inline void storeProduct(const Product& p, int64_t group, int64_t row, int64_t output,
                                    float sum) {
    float* target = p.out + row * p.outStride + group * p.outGroupStride + output;
    *target = p.accumulate ? __fmaf_rn(p.scale, sum, *target) : sum;
}

}  // namespace hearth::engine::cuda
