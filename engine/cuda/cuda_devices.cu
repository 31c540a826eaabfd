#include <cuda_runtime_api.h>

#include "engine/cuda/cuda_devices.h"

namespace hearth::engine {

std::vector<CudaDevice> cudaDevices() {
    int count = 0;
    if (cudaGetDeviceCount(&count) != cudaSuccess)
        return {};
    std::vector<CudaDevice> devices;
    for (int i = 0; i < count; ++i) {
        cudaDeviceProp properties;
        if (cudaGetDeviceProperties(&properties, i) != cudaSuccess)
            continue;
        CudaDevice device;
        device.index = i;
        device.name = properties.name;
        device.memory_bytes = int64_t(properties.totalGlobalMem);
        device.compute_major = properties.major;
        device.compute_minor = properties.minor;
        devices.push_back(device);
    }
    return devices;
}

}  // namespace hearth::engine
