// CUDA's error codes as core::Exception.
#pragma once
#include <cuda_runtime_api.h>

namespace hearth::engine::cuda {

/// Throws core::Exception unless the call succeeded: ResourceExhausted where memory ran out, else
/// Internal. what: the call or kernel, for the message.
void check(cudaError_t status, const char* what);

/// After a launch: what the launch itself, or an earlier kernel, did wrong.
void checkLaunch(const char* kernel);

}  // namespace hearth::engine::cuda
