// The CUDA backend's factory; engine/no_cuda supplies it in a build without CUDA.
#pragma once
#include <memory>

#include "core/result.h"
#include "engine/ops/backend.h"

namespace hearth::engine {

/// Errors: Unsupported, saying why.
core::Result<std::unique_ptr<Backend>> createCudaBackend();

}  // namespace hearth::engine
