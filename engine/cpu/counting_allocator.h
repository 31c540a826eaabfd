// How much memory tensors take: counted as it is asked for.
#pragma once
#include <cstdint>
#include <memory>
#include <mutex>

#include "engine/cpu/host_allocator.h"

namespace hearth::engine {

/// Counts what goes through it to another allocator. Threading: from any.
class CountingAllocator final : public HostAllocator {
public:
    explicit CountingAllocator(
        std::shared_ptr<HostAllocator> inner = std::make_shared<CachingAllocator>())
        : m_inner(std::move(inner)) {}

    void* allocate(size_t bytes) override;
    void release(void* block, size_t bytes) noexcept override;

    /// Bytes asked for and not given back.
    int64_t live() const;
    /// The most of them since the beginning, or since resetPeak.
    int64_t peak() const;
    void resetPeak();

private:
    std::shared_ptr<HostAllocator> m_inner;
    mutable std::mutex m_mutex;  // guards the members below
    int64_t m_live = 0;
    int64_t m_peak = 0;
};

/// Address space instead of memory: a page takes some once it is written to, and reads as zeros
/// before. For dry backends.
class ReservingAllocator final : public HostAllocator {
public:
    void* allocate(size_t bytes) override;
    void release(void* block, size_t bytes) noexcept override;
};

}  // namespace hearth::engine
