// Copies from device memory into shared memory that run while the threads compute.
#pragma once
#include <cstdint>

namespace hearth::engine::cuda {

/// 16 bytes, both addresses aligned to 16.
__device__ inline void copyAsync(void* shared, const void* global) {
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(
                     uint32_t(__cvta_generic_to_shared(shared))),
                 "l"(global));
}
/// Closes a group of the thread's copies, which may be empty.
__device__ inline void commitCopies() {
    asm volatile("cp.async.commit_group;");
}
/// Waits until at most kLeft of the thread's latest groups are on their way.
template <int kLeft>
__device__ inline void waitCopies() {
    asm volatile("cp.async.wait_group %0;" ::"n"(kLeft));
}

}  // namespace hearth::engine::cuda
