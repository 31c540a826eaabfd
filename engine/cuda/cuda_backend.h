// The CUDA backend's factory; engine/no_cuda supplies it in a build without CUDA.
#pragma once
#include <memory>

#include "core/result.h"
#include "engine/ops/backend.h"

namespace hearth::engine {

/// On the first GPU that the driver shows (CUDA_VISIBLE_DEVICES chooses another). Every op gives
/// the bits of the CPU backend. Errors: Unsupported, saying what is missing: this build, a driver,
/// a GPU, or one of a kind that this build has kernels for.
core::Result<std::unique_ptr<Backend>> createCudaBackend();

}  // namespace hearth::engine
