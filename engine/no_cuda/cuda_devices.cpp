#include "engine/cuda/cuda_devices.h"

namespace hearth::engine {

std::vector<CudaDevice> cudaDevices() {
    return {};
}

}  // namespace hearth::engine
