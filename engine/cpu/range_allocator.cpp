#include "engine/cpu/range_allocator.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "core/assert.h"
#include "core/result.h"

namespace hearth::engine {
namespace {

constexpr size_t kAlignment = 64;
constexpr size_t kHugePage = size_t{2} << 20;
constexpr size_t kTimesMemory = 4;

size_t roundedUp(size_t bytes, size_t step) {
    return (bytes + step - 1) / step * step;
}

size_t blockBytes(size_t bytes) {
    return roundedUp(std::max<size_t>(bytes, 1), kAlignment);
}

size_t machineBytes() {
    return size_t(sysconf(_SC_PHYS_PAGES)) * size_t(sysconf(_SC_PAGESIZE));
}

[[noreturn]] void noMemory(size_t bytes) {
    throw core::Exception({core::ErrorCode::ResourceExhausted,
                           "Out of memory for " + std::to_string(bytes) + " bytes", ""});
}

}  // namespace

RangeAllocator::RangeAllocator(size_t capacity)
    : m_capacity(roundedUp(capacity > 0 ? capacity : kTimesMemory * machineBytes(), kHugePage)) {
    void* range = mmap(nullptr, m_capacity, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (range == MAP_FAILED)
        noMemory(m_capacity);
    m_range = static_cast<std::byte*>(range);
#if defined(MADV_HUGEPAGE)
    madvise(range, m_capacity, MADV_HUGEPAGE);  // a wish: it may be refused
#endif
}

RangeAllocator::~RangeAllocator() {
    munmap(m_range, m_capacity);
}

size_t RangeAllocator::extent() const {
    std::lock_guard lock(m_mutex);
    return m_extent;
}

void RangeAllocator::removeGap(std::map<size_t, size_t>::iterator gap) {
    m_bySize.erase({gap->second, gap->first});
    m_gaps.erase(gap);
}

/// Joins it with the gaps on both sides.
void RangeAllocator::addGap(size_t begin, size_t bytes) {
    const auto behind = m_gaps.lower_bound(begin);
    if (behind != m_gaps.begin()) {
        const auto before = std::prev(behind);
        CORE_ASSERT(before->first + before->second <= begin);
        if (before->first + before->second == begin) {
            begin = before->first;
            bytes += before->second;
            removeGap(before);
        }
    }
    if (behind != m_gaps.end() && begin + bytes == behind->first) {
        bytes += behind->second;
        removeGap(behind);
    }
    m_gaps.emplace(begin, bytes);
    m_bySize.emplace(bytes, begin);
}

/// Where the block begins.
size_t RangeAllocator::takeGap(size_t bytes) {
    const auto found = m_bySize.lower_bound({bytes, 0});
    if (found != m_bySize.end()) {
        const auto [size, begin] = *found;
        removeGap(m_gaps.find(begin));
        if (size > bytes)
            addGap(begin + bytes, size - bytes);
        return begin;
    }
    // A gap at the end grows.
    size_t begin = m_extent;
    if (!m_gaps.empty()) {
        const auto last = std::prev(m_gaps.end());
        if (last->first + last->second == m_extent)
            begin = last->first;
    }
    if (bytes > m_capacity - begin)
        noMemory(bytes);
    if (begin < m_extent)
        removeGap(std::prev(m_gaps.end()));
    m_extent = begin + bytes;
    return begin;
}

void* RangeAllocator::allocate(size_t bytes) {
    std::lock_guard lock(m_mutex);
    return m_range + takeGap(blockBytes(bytes));
}

void RangeAllocator::release(void* block, size_t bytes) noexcept {
    try {
        std::lock_guard lock(m_mutex);
        addGap(size_t(static_cast<std::byte*>(block) - m_range), blockBytes(bytes));
    } catch (...) {
        // No memory for the list of gaps: this one is lost until the allocator ends.
    }
}

}  // namespace hearth::engine
