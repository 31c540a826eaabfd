// Stands for engine/cuda/launch.cuh: kernels run on the CPU, at once.
#pragma once
#include <type_traits>

#include "block.h"
#include "engine/cuda/cuda_error.h"
#include "engine/cuda/cuda_memory.h"

namespace hearth::engine::cuda {

struct LaunchShape {
    dim3 grid;
    int threads = 1;
    int64_t sharedBytes = 0;
};

template <typename... Parameters>
void launchKernel(DeviceMemory&, const char*, void (*kernel)(Parameters...),
                  const LaunchShape& shape, const std::type_identity_t<Parameters>&... arguments) {
    emulation::runGrid(shape.grid, unsigned(shape.threads), size_t(shape.sharedBytes),
                       [&] { kernel(arguments...); });
}

template <typename T>
T* sharedMemory() {
    return static_cast<T*>(emulation::sharedMemory());
}

}  // namespace hearth::engine::cuda
