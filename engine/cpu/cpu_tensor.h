// Tensors of the CPU backend: where their memory is.
#pragma once
#include <cstddef>
#include <memory>
#include <span>
#include <utility>

#include "engine/cpu/host_allocator.h"
#include "engine/cpu/kernels.h"
#include "engine/tensor.h"

namespace hearth::engine::cpu {

class CpuBuffer final : public Buffer {
public:
    CpuBuffer(std::shared_ptr<HostAllocator> allocator, size_t bytes)
        : m_allocator(std::move(allocator)), m_bytes(bytes), m_data(m_allocator->allocate(bytes)) {}
    /// Bytes of somebody else, which owner keeps alive and nobody writes to.
    CpuBuffer(std::span<const std::byte> bytes, std::shared_ptr<const void> owner)
        : m_owner(std::move(owner)),
          m_bytes(bytes.size()),
          m_data(const_cast<std::byte*>(bytes.data())) {}
    ~CpuBuffer() override {
        if (m_allocator)
            m_allocator->release(m_data, m_bytes);
    }
    void* data() const { return m_data; }

private:
    std::shared_ptr<HostAllocator> m_allocator;  // outlives the backend while tensors live
    std::shared_ptr<const void> m_owner;
    size_t m_bytes;
    void* m_data;
};

/// First element of a view. REQUIRES: a CPU backend made it.
void* dataOf(const Tensor& tensor);

/// Rows of a view with their distance in elements.
template <typename T>
struct Rows {
    explicit Rows(const Tensor& t) : data(static_cast<T*>(dataOf(t))), stride(t.rowStride()) {}
    T* operator[](int64_t row) const { return data + row * stride; }

    T* data;
    int64_t stride;
};

/// Reads one row of any float dtype as F32.
void loadRow(const Kernels& kernels, const Tensor& source, int64_t row, float* target,
             int64_t count);
/// Writes F32 as a row of any float dtype, rounded to nearest even.
void storeRow(const Kernels& kernels, const Tensor& target, int64_t row, const float* source,
              int64_t count);

}  // namespace hearth::engine::cpu
