#include "engine/cuda/cuda_backend.h"

namespace hearth::engine {

core::Result<std::unique_ptr<Backend>> createCudaBackend() {
    return core::Error{core::ErrorCode::Unsupported,
                       "This version lists CUDA devices but cannot compute on them; use the CPU",
                       "device"};
}

}  // namespace hearth::engine
