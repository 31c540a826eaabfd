// Memory of one GPU and the stream on which all of a backend's work runs in order.
#pragma once
#include <cuda_runtime_api.h>

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "engine/tensor.h"

namespace hearth::engine::cuda {

/// Memory is given out and taken back in the order of the stream, so what was released is given out
/// again at once: a steady decode step asks the driver for nothing. Blocks of up to 16 MiB are kept
/// by size here, larger ones by the driver's pool. It is plain device memory, never managed memory.
/// Threading: any thread may release; the rest as Backend.
class DeviceMemory {
public:
    /// Errors: core::Exception.
    explicit DeviceMemory(int device);
    ~DeviceMemory();
    DeviceMemory(const DeviceMemory&) = delete;
    DeviceMemory& operator=(const DeviceMemory&) = delete;

    cudaStream_t stream() const { return m_stream; }
    /// Of the GPU, for kernels that share work out by them.
    int multiprocessors() const { return m_multiprocessors; }
    /// Uninitialised, aligned to 256 bytes. Errors: core::Exception (ResourceExhausted with sizes).
    void* allocate(size_t bytes);
    /// Takes back a block of exactly the size it was asked for.
    void release(void* block, size_t bytes) noexcept;
    /// Waits for all work and throws what went wrong in it.
    void synchronise();

private:
    void* takeKept(size_t bytes);
    void dropKept() noexcept;

    cudaStream_t m_stream = nullptr;
    int m_multiprocessors = 1;
    std::mutex m_mutex;  // guards the next member
    std::map<size_t, std::vector<void*>> m_kept;
};

class CudaBuffer final : public Buffer {
public:
    CudaBuffer(std::shared_ptr<DeviceMemory> memory, size_t bytes)
        : m_memory(std::move(memory)), m_bytes(bytes), m_data(m_memory->allocate(bytes)) {}
    ~CudaBuffer() override { m_memory->release(m_data, m_bytes); }
    void* data() const { return m_data; }

private:
    std::shared_ptr<DeviceMemory> m_memory;  // outlives the backend while tensors live
    size_t m_bytes;
    void* m_data;
};

/// First element of a view, an address on the GPU. REQUIRES: a CUDA backend made it.
void* dataOf(const Tensor& tensor);
/// The same, or null for an undefined tensor.
template <typename T>
T* dataOrNull(const Tensor& tensor) {
    return tensor.defined() ? static_cast<T*>(dataOf(tensor)) : nullptr;
}

/// Device memory of one call: given back in the order of the stream, so a kernel that was launched
/// may still use it after the end of the scope.
template <typename T>
class Scratch {
public:
    Scratch(DeviceMemory& memory, int64_t count)
        : m_memory(memory),
          m_bytes(size_t(count > 0 ? count : 1) * sizeof(T)),
          m_data(static_cast<T*>(memory.allocate(m_bytes))) {}
    ~Scratch() { m_memory.release(m_data, m_bytes); }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    T* data() const { return m_data; }

private:
    DeviceMemory& m_memory;
    size_t m_bytes;
    T* m_data;
};

/// Host values of one call, on the GPU.
template <typename T>
class Uploaded {
public:
    Uploaded(DeviceMemory& memory, std::span<const T> values);
    const T* data() const { return m_scratch.data(); }

private:
    Scratch<T> m_scratch;
};

/// Copies from host memory that may change right after the call.
void copyToDevice(DeviceMemory& memory, void* target, const void* source, size_t bytes);

template <typename T>
Uploaded<T>::Uploaded(DeviceMemory& memory, std::span<const T> values)
    : m_scratch(memory, int64_t(values.size())) {
    copyToDevice(memory, m_scratch.data(), values.data(), values.size_bytes());
}

}  // namespace hearth::engine::cuda
