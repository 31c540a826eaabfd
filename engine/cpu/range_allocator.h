// Memory for steps that are alike and need far more at one time than at another.
#pragma once
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include "engine/cpu/host_allocator.h"

namespace hearth::engine {

/// Blocks lie in one range of addresses: the smallest gap that is large enough is taken, and free
/// neighbours become one gap. What was used once stays for the next step, which so asks the system
/// for nothing: fresh memory has to be cleared and mapped page by page, which costs a training step
/// more than its additions do. Threading: from any.
class RangeAllocator final : public HostAllocator {
public:
    /// capacity: of addresses; memory is taken when a block is written to. 0: several times what
    /// the machine has. Errors: core::Exception(ResourceExhausted).
    explicit RangeAllocator(size_t capacity = 0);
    ~RangeAllocator() override;
    RangeAllocator(const RangeAllocator&) = delete;
    RangeAllocator& operator=(const RangeAllocator&) = delete;

    void* allocate(size_t bytes) override;
    void release(void* block, size_t bytes) noexcept override;

    /// Addresses up to the end of the last block that there ever was.
    size_t extent() const;

private:
    size_t takeGap(size_t bytes);
    void addGap(size_t begin, size_t bytes);
    void removeGap(std::map<size_t, size_t>::iterator gap);

    std::byte* m_range = nullptr;
    size_t m_capacity = 0;
    mutable std::mutex m_mutex;                    // guards the members below
    size_t m_extent = 0;                           // no block was ever behind it
    std::map<size_t, size_t> m_gaps;               // before m_extent: begin, bytes
    std::set<std::pair<size_t, size_t>> m_bySize;  // the same: bytes, begin
};

}  // namespace hearth::engine
