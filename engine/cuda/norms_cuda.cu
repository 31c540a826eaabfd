// Norms: a block a row. Loads are shared by the block; the sums are those of sixteen lanes, each
// one chain in the order of the row.
#include "engine/cuda/cuda_ops.h"
#include "engine/cuda/device_rows.cuh"

namespace hearth::engine::cuda {
namespace {

constexpr int kThreads = 256;
constexpr int kChunk = 4096;  // elements of a row at a time, a multiple of kLanes

/// Calls add(lane's sum, element) for a lane's elements in order, then adds the lanes up. Every
/// thread gets the sum.
template <typename Add>
__device__ float sumOfRow(const float* x, int64_t width, float* chunk, Add addElement) {
    __shared__ float result;
    float sum = 0.0f;
    for (int64_t begin = 0; begin < width; begin += kChunk) {
        const int count = int(width - begin < kChunk ? width - begin : kChunk);
        __syncthreads();
        for (int i = int(threadIdx.x); i < count; i += kThreads)
            chunk[i] = x[begin + i];
        __syncthreads();
        if (threadIdx.x < kLanes) {
            for (int i = int(threadIdx.x); i < count; i += kLanes)
                sum = addElement(sum, chunk[i]);
        }
    }
    if (threadIdx.x < 32) {
        sum = sumLanes(sum);
        if (threadIdx.x == 0)
            result = sum;
    }
    __syncthreads();
    const float total = result;
    __syncthreads();
    return total;
}

__global__ void rmsNormRow(Rows<float> x, const float* weight, Rows<float> out, int64_t width,
                           float eps) {
    __shared__ float chunk[kChunk];
    const float* row = x[blockIdx.x] + blockIdx.y * width;
    float* target = out[blockIdx.x] + blockIdx.y * width;
    const float squares =
        sumOfRow(row, width, chunk, [](float sum, float v) { return __fmaf_rn(v, v, sum); });
    const float inverse = 1.0f / sqrtf(squares / float(width) + eps);
    for (int64_t i = threadIdx.x; i < width; i += kThreads)
        target[i] = row[i] * inverse * weight[i];
}

__global__ void layerNormRow(Rows<float> x, const float* weight, const float* bias, Rows<float> out,
                             int64_t width, float eps) {
    __shared__ float chunk[kChunk];
    const float* row = x[blockIdx.x];
    const float mean =
        sumOfRow(row, width, chunk, [](float sum, float v) { return sum + v; }) / float(width);
    const float squares = sumOfRow(row, width, chunk, [mean](float sum, float v) {
        const float centred = v - mean;
        return __fmaf_rn(centred, centred, sum);
    });
    const float inverse = 1.0f / sqrtf(squares / float(width) + eps);
    for (int64_t i = threadIdx.x; i < width; i += kThreads)
        out[blockIdx.x][i] = __fmaf_rn((row[i] - mean) * inverse, weight[i], bias[i]);
}

}  // namespace

void rmsNorm(DeviceMemory& memory, const RmsNormParams& p) {
    if (p.x.size() == 0)
        return;
    const dim3 grid(unsigned(p.x.dim(0)), unsigned(p.groups));
    launchKernel(memory, "rmsNorm", rmsNormRow, {.grid = grid, .threads = kThreads},
                 Rows<float>(p.x), static_cast<const float*>(dataOf(p.weight)), Rows<float>(p.out),
                 p.weight.dim(0), p.eps);
}

void layerNorm(DeviceMemory& memory, const LayerNormParams& p) {
    if (p.x.size() == 0)
        return;
    launchKernel(memory, "layerNorm", layerNormRow,
                 {.grid = unsigned(p.x.dim(0)), .threads = kThreads}, Rows<float>(p.x),
                 static_cast<const float*>(dataOf(p.weight)),
                 static_cast<const float*>(dataOf(p.bias)), Rows<float>(p.out), p.x.dim(1), p.eps);
}

}  // namespace hearth::engine::cuda
