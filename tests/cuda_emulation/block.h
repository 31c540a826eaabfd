// Runs kernels on the CPU. Blocks run one after the other; the threads of a block are fibers, of
// which one at a time goes on until it waits for its warp or its block. Blocks take their threads
// in rising and in falling order by turns, so that a missing barrier shows. What does not wait as
// CUDA demands (a barrier that some threads miss, a warp function with lanes missing) ends the
// program with a message.
#pragma once
#include <cstddef>
#include <functional>

#include "cuda_runtime_api.h"

namespace hearth::emulation {

inline constexpr unsigned kWarpLanes = 32;
/// Bytes that a lane may hand over at once.
inline constexpr size_t kSlotBytes = 32;

/// Calls kernel() for every thread of the grid. Shared memory is NaNs before each block.
/// Threading: one launch at a time.
void runGrid(dim3 grid, unsigned threads, size_t sharedBytes, const std::function<void()>& kernel);

// What a running thread may call.

/// Of its block, aligned to 16 bytes.
void* sharedMemory();
void waitForBlock();
/// Hands `bytes` to the warp, waits for its lanes, and returns where lane 0's bytes lie; the lanes'
/// are kSlotBytes apart, and stay until the next but one exchange.
const std::byte* exchange(const void* own, size_t bytes);
/// A copy of 16 bytes that takes place only when it is waited for.
void startCopy(void* target, const void* source);
void closeCopies();
/// Carries out all but the `left` latest closed groups.
void finishCopies(size_t left);

}  // namespace hearth::emulation
