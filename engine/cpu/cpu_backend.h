// The CPU backend: AVX-512, AVX2 or scalar kernels, chosen at run time.
#pragma once
#include <memory>

#include "engine/ops/backend.h"

namespace hearth::engine {

class HostAllocator;
class ThreadPool;

enum class CpuIsa { Best, Scalar, Avx2, Avx512, Avx512Vnni, Avx512Bf16 };

struct CpuBackendOptions {
    int threads = 0;            // 0: one per available core
    CpuIsa isa = CpuIsa::Best;  // tests force the lower ones
    /// Where tensors live; null: a caching allocator of the backend's own.
    std::shared_ptr<HostAllocator> allocator = {};
    /// Ops ask for the memory that they need and compute nothing; values are undefined. With a
    /// ReservingAllocator this tells how much a model takes without having so much.
    bool dry = false;
};

/// With several NUMA nodes the calling thread's memory is spread over them from then on
/// (engine/cpu/numa.h), and so what it loads and what the backend allocates.
/// Errors: core::Exception(Unsupported) when the processor lacks the requested instruction set.
std::unique_ptr<Backend> createCpuBackend(const CpuBackendOptions& options = {});

/// The threads of a CPU backend, for code that runs beside it. REQUIRES: made by createCpuBackend.
ThreadPool& cpuThreadPool(Backend& backend);

/// Address of a tensor that a CPU backend owns, for code that runs on the CPU beside it
/// (the training step's backward ops). REQUIRES: t was made by a CPU backend.
void* cpuData(const Tensor& t);
template <typename T>
T* cpuData(const Tensor& t) {
    return static_cast<T*>(cpuData(t));
}

}  // namespace hearth::engine
