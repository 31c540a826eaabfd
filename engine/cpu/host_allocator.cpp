#include "engine/cpu/host_allocator.h"

#if defined(__linux__)
#include <sys/mman.h>
#endif

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <string>

#include "core/result.h"

namespace hearth::engine {
namespace {

constexpr size_t kAlignment = 64;
constexpr size_t kHugePage = size_t{2} << 20;
constexpr size_t kMaxFreeBytes = size_t{256} << 20;

/// Rounds up to one of eight sizes per power of two: at most 1/8 is wasted.
size_t sizeClass(size_t bytes) {
    const size_t step = bytes <= 512 ? kAlignment : std::bit_floor(bytes - 1) / 8;
    return std::max(kAlignment, (bytes + step - 1) / step * step);
}

}  // namespace

void* allocateHostBlock(size_t bytes) {
    const bool large = bytes >= kHugePage;
    const size_t alignment = large ? kHugePage : kAlignment;
    const size_t rounded = (bytes + alignment - 1) / alignment * alignment;
    void* block = rounded < bytes ? nullptr : std::aligned_alloc(alignment, rounded);
    if (!block)
        throw core::Exception({core::ErrorCode::ResourceExhausted,
                               "Out of memory for " + std::to_string(bytes) + " bytes", ""});
#if defined(__linux__)
    if (large)
        madvise(block, bytes / kHugePage * kHugePage, MADV_HUGEPAGE);  // a wish: it may be refused
#endif
    return block;
}

CachingAllocator::~CachingAllocator() {
    dropFree();
}

void CachingAllocator::trim() {
    std::lock_guard lock(m_mutex);
    dropFree();
}

void CachingAllocator::dropFree() {
    for (const auto& [bytes, blocks] : m_free)
        for (void* block : blocks)
            std::free(block);
    m_free.clear();
    m_freeBytes = 0;
}

void* CachingAllocator::allocate(size_t bytes) {
    const size_t rounded = sizeClass(bytes);
    {
        std::lock_guard lock(m_mutex);
        const auto found = m_free.find(rounded);
        if (found != m_free.end() && !found->second.empty()) {
            void* block = found->second.back();
            found->second.pop_back();
            m_freeBytes -= rounded;
            return block;
        }
    }
    return allocateHostBlock(rounded);
}

void CachingAllocator::release(void* block, size_t bytes) noexcept {
    const size_t rounded = sizeClass(bytes);
    try {
        std::lock_guard lock(m_mutex);
        if (m_freeBytes + rounded <= kMaxFreeBytes) {
            m_free[rounded].push_back(block);
            m_freeBytes += rounded;
            return;
        }
    } catch (...) {
        // No memory even for the list: give the block back to the system.
    }
    std::free(block);
}

}  // namespace hearth::engine
