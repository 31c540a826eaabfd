// Instructions that no function of CUDA gives: what only nvcc can compile. tests/cuda_emulation has
// a file of the same name for other compilers.
#pragma once
#include <cstdint>

namespace hearth::engine::cuda {

/// sum + the products of four unsigned bytes of a with four signed ones of b.
__device__ inline int32_t dotUnsigned(uint32_t a, uint32_t b, int32_t sum) {
    int32_t result;
    asm("dp4a.u32.s32 %0, %1, %2, %3;" : "=r"(result) : "r"(a), "r"(b), "r"(sum));
    return result;
}

/// sums[16 rows][8 outputs] = codes[16][32] * weights[32][8] of signed bytes, by a whole warp. Lane
/// l has of rows l / 4 and l / 4 + 8 (word i: row l / 4 + i % 2 * 8) steps l % 4 * 4 + i / 2 * 16
/// on, of output l / 4 the same steps (low, then high), and gets outputs l % 4 * 2 and the next of
/// its two rows.
__device__ inline void multiplyBytes(int32_t (&sums)[4], const uint32_t (&codes)[4], uint32_t low,
                                     uint32_t high) {
    asm("mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
        "{%10,%10,%10,%10};"
        : "=r"(sums[0]), "=r"(sums[1]), "=r"(sums[2]), "=r"(sums[3])
        : "r"(codes[0]), "r"(codes[1]), "r"(codes[2]), "r"(codes[3]), "r"(low), "r"(high), "r"(0));
}

/// a * b + c with one rounding; subnormal operands and results are zeros of their sign.
__device__ inline float fmaFlushed(float a, float b, float c) {
    float result;
    asm("fma.rn.ftz.f32 %0, %1, %2, %3;" : "=f"(result) : "f"(a), "f"(b), "f"(c));
    return result;
}
/// a + b, likewise.
__device__ inline float addFlushed(float a, float b) {
    float result;
    asm("add.rn.ftz.f32 %0, %1, %2;" : "=f"(result) : "f"(a), "f"(b));
    return result;
}

/// Copies 16 bytes from device memory into shared memory while the thread computes. Both addresses
/// are aligned to 16.
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
