#include "engine/cuda/cuda_error.h"

#include <string>

#include "core/result.h"

namespace hearth::engine::cuda {

void check(cudaError_t status, const char* what) {
    if (status == cudaSuccess)
        return;
    const bool memory = status == cudaErrorMemoryAllocation;
    throw core::Exception({memory ? core::ErrorCode::ResourceExhausted : core::ErrorCode::Internal,
                           std::string(memory ? "The GPU is out of memory: " : "The GPU failed: ") +
                               cudaGetErrorString(status) + " (" + cudaGetErrorName(status) + ")",
                           what});
}

void checkLaunch(const char* kernel) {
    check(cudaGetLastError(), kernel);
}

}  // namespace hearth::engine::cuda
