// Views of tensors for kernels, and the loop over the elements of a matrix.
#pragma once
#include <algorithm>
#include <cstdint>

#include "engine/cuda/cuda_memory.h"
#include "engine/cuda/device_math.cuh"
#include "engine/cuda/launch.cuh"
#include "engine/tensor.h"

namespace hearth::engine::cuda {

/// Rows of a view with their distance in elements.
template <typename T>
struct Rows {
    Rows() = default;
    explicit Rows(const Tensor& t) : data(static_cast<T*>(dataOf(t))), stride(t.rowStride()) {}
    __host__ __device__ T* operator[](int64_t row) const { return data + row * stride; }

    T* data = nullptr;
    int64_t stride = 0;
};

/// Rows of any float type, read and written as F32.
struct FloatRows {
    explicit FloatRows(const Tensor& t) : data(dataOf(t)), stride(t.rowStride()), type(t.dtype()) {}

    __device__ float load(int64_t row, int64_t column) const {
        const int64_t i = row * stride + column;
        if (type == DType::F32)
            return static_cast<const float*>(data)[i];
        const uint16_t bits = static_cast<const uint16_t*>(data)[i];
        return type == DType::BF16 ? bf16ToFloat(bits) : f16ToFloat(bits);
    }
    /// Rounded to nearest even.
    __device__ void store(int64_t row, int64_t column, float value) const {
        const int64_t i = row * stride + column;
        if (type == DType::F32)
            static_cast<float*>(data)[i] = value;
        else
            static_cast<uint16_t*>(data)[i] =
                type == DType::BF16 ? floatToBf16(value) : floatToF16(value);
    }

    void* data;
    int64_t stride;
    DType type;
};

template <typename Function>
__global__ void eachElement(int64_t rows, int64_t columns, Function function) {
    for (int64_t row = blockIdx.x; row < rows; row += gridDim.x) {
        for (int64_t i = blockIdx.y * int64_t(blockDim.x) + threadIdx.x; i < columns;
             i += gridDim.y * int64_t(blockDim.x))
            function(row, i);
    }
}

/// Calls function(row, column) on the GPU for every element, in any order.
template <typename Function>
void forEachElement(DeviceMemory& memory, const char* name, int64_t rows, int64_t columns,
                    Function function) {
    if (rows == 0 || columns == 0)
        return;
    constexpr int kThreads = 256;
    constexpr int64_t kMostRows = 1 << 20, kMostParts = 64;
    const dim3 grid(unsigned(std::min(rows, kMostRows)),
                    unsigned(std::min((columns + kThreads - 1) / kThreads, kMostParts)));
    launchKernel(memory, name, eachElement<Function>, {.grid = grid, .threads = kThreads}, rows,
                 columns, function);
}

/// The group of a row: offsets[group] <= row < offsets[group + 1].
__device__ inline int64_t groupOf(const int32_t* offsets, int64_t groups, int64_t row) {
    int64_t low = 0, high = groups;  // the first group that begins behind the row
    while (low < high) {
        const int64_t middle = (low + high) / 2;
        if (offsets[middle] <= row)
            low = middle + 1;
        else
            high = middle;
    }
    return low - 1;
}

}  // namespace hearth::engine::cuda
