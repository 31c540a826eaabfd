#include "engine/cuda/cuda_backend.h"

namespace hearth::engine {

core::Result<std::unique_ptr<Backend>> createCudaBackend() {
    return core::Error{core::ErrorCode::Unsupported,
                       "This build has no CUDA; configure with HEARTH_CUDA=ON and nvcc, or use "
                       "the CPU",
                       "device"};
}

}  // namespace hearth::engine
