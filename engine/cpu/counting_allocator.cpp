#include "engine/cpu/counting_allocator.h"

#include <sys/mman.h>

#include <algorithm>
#include <string>

#include "core/result.h"

namespace hearth::engine {

void* CountingAllocator::allocate(size_t bytes) {
    void* block = m_inner->allocate(bytes);
    std::lock_guard lock(m_mutex);
    m_live += int64_t(bytes);
    m_peak = std::max(m_peak, m_live);
    return block;
}

void CountingAllocator::release(void* block, size_t bytes) noexcept {
    m_inner->release(block, bytes);
    std::lock_guard lock(m_mutex);
    m_live -= int64_t(bytes);
}

int64_t CountingAllocator::live() const {
    std::lock_guard lock(m_mutex);
    return m_live;
}

int64_t CountingAllocator::peak() const {
    std::lock_guard lock(m_mutex);
    return m_peak;
}

void CountingAllocator::resetPeak() {
    std::lock_guard lock(m_mutex);
    m_peak = m_live;
}

void* ReservingAllocator::allocate(size_t bytes) {
    void* block = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (block == MAP_FAILED)
        throw core::Exception({core::ErrorCode::ResourceExhausted,
                               "No address space for " + std::to_string(bytes) + " bytes", ""});
    return block;
}

void ReservingAllocator::release(void* block, size_t bytes) noexcept {
    munmap(block, bytes);
}

}  // namespace hearth::engine
