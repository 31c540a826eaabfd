// The NVIDIA GPUs of this machine.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace hearth::engine {

struct CudaDevice {
    int index = 0;
    std::string name;
    int64_t memory_bytes = 0;
    int compute_major = 0;
    int compute_minor = 0;
};

/// Empty without a GPU, without a driver, or in a build without CUDA.
std::vector<CudaDevice> cudaDevices();

}  // namespace hearth::engine
