// Memory for what a step makes and drops again: lists, and the records of tensors. Blocks that were
// given back serve again, so that a decode step asks the system for none.
#pragma once
#include <cstddef>
#include <vector>

namespace hearth::engine {

/// From any thread, aligned as by operator new. Errors: std::bad_alloc.
void* takeStepBlock(size_t bytes);
/// bytes: as it was taken with.
void giveStepBlock(void* block, size_t bytes) noexcept;

template <typename T>
struct StepAllocator {
    static_assert(alignof(T) <= alignof(std::max_align_t));
    using value_type = T;

    StepAllocator() = default;
    template <typename U>
    StepAllocator(const StepAllocator<U>&) {}

    T* allocate(size_t count) { return static_cast<T*>(takeStepBlock(count * sizeof(T))); }
    void deallocate(T* values, size_t count) { giveStepBlock(values, count * sizeof(T)); }
    bool operator==(const StepAllocator&) const = default;
};

template <typename T>
using StepVector = std::vector<T, StepAllocator<T>>;

}  // namespace hearth::engine
