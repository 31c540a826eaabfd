#include "engine/cuda/cuda_probe.h"

#include <cuda_runtime_api.h>

namespace hearth::engine::cuda {
namespace {

__global__ void probe() {}

}  // namespace

bool kernelsFit() {
    cudaFuncAttributes attributes;
    const bool fits = cudaFuncGetAttributes(&attributes, probe) == cudaSuccess;
    cudaGetLastError();  // the answer is known; later checks are not to see it
    return fits;
}

}  // namespace hearth::engine::cuda
