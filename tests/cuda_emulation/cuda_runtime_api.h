// The types and functions of CUDA's runtime that engine/cuda uses, over host memory: one device, on
// which every call has ended when it returns.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

struct dim3 {
    constexpr dim3(unsigned width = 1, unsigned height = 1, unsigned depth = 1)
        : x(width), y(height), z(depth) {}
    unsigned x, y, z;
};
struct alignas(8) float2 {
    float x, y;
};
struct alignas(16) float4 {
    float x, y, z, w;
};
struct alignas(8) uint2 {
    unsigned x, y;
};
struct alignas(16) uint4 {
    unsigned x, y, z, w;
};
struct alignas(16) int4 {
    int x, y, z, w;
};

enum cudaError_t { cudaSuccess, cudaErrorMemoryAllocation, cudaErrorInsufficientDriver };
enum cudaMemcpyKind { cudaMemcpyHostToDevice, cudaMemcpyDeviceToHost };
enum cudaMemPoolAttr { cudaMemPoolAttrReleaseThreshold };
enum cudaDeviceAttr { cudaDevAttrMultiProcessorCount };
inline constexpr unsigned cudaStreamNonBlocking = 1;
using cudaStream_t = void*;
using cudaMemPool_t = void*;
struct cudaFuncAttributes {};
struct cudaDeviceProp {
    char name[256];
    size_t totalGlobalMem;
    int major, minor;
};

namespace hearth::emulation {
inline constexpr size_t kDeviceBytes = size_t{8} << 30;
inline constexpr int kMultiprocessors = 3;  // few, so that blocks take several shares of the work
}  // namespace hearth::emulation

inline const char* cudaGetErrorString(cudaError_t error) {
    return error == cudaErrorMemoryAllocation ? "out of memory" : "no error";
}
inline const char* cudaGetErrorName(cudaError_t) {
    return "emulated";
}
inline cudaError_t cudaGetLastError() {
    return cudaSuccess;
}

inline cudaError_t cudaGetDeviceCount(int* count) {
    *count = 1;
    return cudaSuccess;
}
inline cudaError_t cudaSetDevice(int) {
    return cudaSuccess;
}
inline cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int) {
    *properties = {"emulation", hearth::emulation::kDeviceBytes, 9, 0};
    return cudaSuccess;
}
inline cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr, int) {
    *value = hearth::emulation::kMultiprocessors;
    return cudaSuccess;
}
template <typename Kernel>
cudaError_t cudaFuncGetAttributes(cudaFuncAttributes*, Kernel*) {
    return cudaSuccess;
}

inline cudaError_t cudaStreamCreateWithFlags(cudaStream_t*, unsigned) {
    return cudaSuccess;
}
inline cudaError_t cudaStreamSynchronize(cudaStream_t) {
    return cudaSuccess;
}
inline cudaError_t cudaStreamDestroy(cudaStream_t) {
    return cudaSuccess;
}

inline cudaError_t cudaDeviceGetDefaultMemPool(cudaMemPool_t*, int) {
    return cudaSuccess;
}
inline cudaError_t cudaMemPoolSetAttribute(cudaMemPool_t, cudaMemPoolAttr, void*) {
    return cudaSuccess;
}
inline cudaError_t cudaMemGetInfo(size_t* free, size_t* total) {
    *free = *total = hearth::emulation::kDeviceBytes;
    return cudaSuccess;
}
/// Filled with NaNs, so that what nobody writes shows.
inline cudaError_t cudaMallocAsync(void** block, size_t bytes, cudaStream_t) {
    *block = bytes > hearth::emulation::kDeviceBytes ? nullptr : std::malloc(bytes);
    if (!*block)
        return cudaErrorMemoryAllocation;
    std::memset(*block, 0xff, bytes);
    return cudaSuccess;
}
inline cudaError_t cudaFreeAsync(void* block, cudaStream_t) {
    std::free(block);
    return cudaSuccess;
}

inline cudaError_t cudaMemcpyAsync(void* target, const void* source, size_t bytes, cudaMemcpyKind,
                                   cudaStream_t) {
    std::memcpy(target, source, bytes);
    return cudaSuccess;
}
inline cudaError_t cudaMemcpy2DAsync(void* target, size_t targetStride, const void* source,
                                     size_t sourceStride, size_t bytes, size_t rows, cudaMemcpyKind,
                                     cudaStream_t) {
    for (size_t row = 0; row < rows; ++row)
        std::memcpy(static_cast<char*>(target) + row * targetStride,
                    static_cast<const char*>(source) + row * sourceStride, bytes);
    return cudaSuccess;
}
inline cudaError_t cudaMemset2DAsync(void* target, size_t stride, int value, size_t bytes,
                                     size_t rows, cudaStream_t) {
    for (size_t row = 0; row < rows; ++row)
        std::memset(static_cast<char*>(target) + row * stride, value, bytes);
    return cudaSuccess;
}
