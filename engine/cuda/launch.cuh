// How kernels are started, and the shared memory that a launch gives its blocks: what only nvcc can
// compile. tests/cuda_emulation has a file of the same name for other compilers.
#pragma once
#include <type_traits>

#include "engine/cuda/cuda_error.h"
#include "engine/cuda/cuda_memory.h"

namespace hearth::engine::cuda {

struct LaunchShape {
    dim3 grid;
    int threads = 1;          // of a block
    int64_t sharedBytes = 0;  // of a block, beside its __shared__ variables
};

/// Calls kernel(arguments...) on the GPU, after what was launched before. Errors: core::Exception.
template <typename... Parameters>
void launchKernel(DeviceMemory& memory, const char* name, void (*kernel)(Parameters...),
                  const LaunchShape& shape, const std::type_identity_t<Parameters>&... arguments) {
    // 48 KiB are given unasked; of these, __shared__ variables take up to 32 KiB.
    constexpr int64_t kUnasked = 16 << 10;
    if (shape.sharedBytes > kUnasked)
        check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                   int(shape.sharedBytes)),
              name);
    kernel<<<shape.grid, unsigned(shape.threads), size_t(shape.sharedBytes), memory.stream()>>>(
        arguments...);
    checkLaunch(name);
}

/// The block's LaunchShape::sharedBytes, aligned to 16 bytes.
template <typename T>
__device__ inline T* sharedMemory() {
    extern __shared__ uint4 bytesOfBlock[];
    return reinterpret_cast<T*>(bytesOfBlock);
}

}  // namespace hearth::engine::cuda
