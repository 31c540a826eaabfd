// A CPU backend whose tensors nobody else can read or write: outside the backend's own calls
// their memory is mapped without access, so that code above the interface which follows a
// tensor's address stops at once. Tests that pass on it prove that a backend on another
// device could take the CPU's place.
#pragma once
#include <memory>

#include "engine/cpu/cpu_backend.h"

namespace hearth::test {

/// Threading: as Backend. While one call runs, other threads could touch the memory unnoticed.
std::unique_ptr<engine::Backend> createGuardedBackend(const engine::CpuBackendOptions& options = {
                                                          .threads = 1});

}  // namespace hearth::test
