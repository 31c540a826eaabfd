#include "app/services/serving/backend_choice.h"

#include "app/services/machine/machine.h"
#include "engine/cpu/cpu_backend.h"
#include "engine/cuda/cuda_backend.h"
#include "engine/cuda/cuda_devices.h"

namespace hearth::app {

core::Status checkDevice(const std::string& device) {
    if (device == "cpu" || device == "cuda")
        return {};
    return core::Error{core::ErrorCode::InvalidArgument,
                       "the device must be cpu or cuda, not '" + device + "'", "device"};
}

core::Result<std::unique_ptr<engine::Backend>> createBackend(const std::string& device,
                                                             int threads) {
    CORE_TRY(checkDevice(device));
    if (device == "cuda")
        return engine::createCudaBackend();
    return engine::createCpuBackend({.threads = threads});
}

int64_t deviceMemory(const std::string& device) {
    if (device != "cuda")
        return memoryFacts().availableBytes;
    const auto devices = engine::cudaDevices();
    return devices.empty() ? 0 : devices.front().memory_bytes;
}

}  // namespace hearth::app
