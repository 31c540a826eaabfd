// Which hardware computes: what `[engine] device` and `--device` name.
#pragma once
#include <memory>
#include <string>

#include "core/result.h"
#include "engine/ops/backend.h"

namespace hearth::app {

/// "cpu" or "cuda". Errors: InvalidArgument for another name.
core::Status checkDevice(const std::string& device);

/// threads: of the CPU; 0: one per core. Errors: those of checkDevice and createCudaBackend.
core::Result<std::unique_ptr<engine::Backend>> createBackend(const std::string& device,
                                                             int threads);

/// Memory of the device for a model, in bytes; 0 where that cannot be told.
int64_t deviceMemory(const std::string& device);

}  // namespace hearth::app
