// What nvcc knows without an include, for kernels on the CPU: qualifiers, a thread's place,
// barriers, warp functions and intrinsics. Only what engine/cuda uses.
#pragma once
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "block.h"

#define __global__
#define __device__
#define __host__
#define __shared__ static  // blocks run one after the other
#define __launch_bounds__(...)
#define __align__(n) __attribute__((aligned(n)))

struct Index3 {
    unsigned x = 0, y = 0, z = 0;
};
extern Index3 threadIdx, blockIdx;
extern dim3 blockDim, gridDim;

namespace hearth::emulation {

/// The values of a warp's lanes.
template <typename T>
class Lanes {
public:
    static_assert(sizeof(T) <= kSlotBytes && std::is_trivially_copyable_v<T>);

    /// Waits for all lanes.
    explicit Lanes(const T& own) : m_bytes(exchange(&own, sizeof(T))) {}

    T operator[](unsigned lane) const {
        T value;
        std::memcpy(&value, m_bytes + lane % kWarpLanes * kSlotBytes, sizeof(T));
        return value;
    }
    template <typename Combine>
    T reduce(Combine combine) const {
        T result = (*this)[0];
        for (unsigned lane = 1; lane < kWarpLanes; ++lane)
            result = combine(result, (*this)[lane]);
        return result;
    }

private:
    const std::byte* m_bytes;
};

inline unsigned ownLane() {
    return threadIdx.x % kWarpLanes;
}

}  // namespace hearth::emulation

inline void __syncthreads() {
    hearth::emulation::waitForBlock();
}
inline void __syncwarp() {
    hearth::emulation::Lanes<char>(0);
}

// The mask of lanes is always the whole warp.
template <typename T>
T __shfl_sync(unsigned, T value, int source) {
    return hearth::emulation::Lanes<T>(value)[unsigned(source)];
}
template <typename T>
T __shfl_xor_sync(unsigned, T value, int mask) {
    return hearth::emulation::Lanes<T>(value)[hearth::emulation::ownLane() ^ unsigned(mask)];
}
template <typename T>
T __shfl_up_sync(unsigned, T value, unsigned distance) {
    const unsigned lane = hearth::emulation::ownLane();
    return hearth::emulation::Lanes<T>(value)[lane >= distance ? lane - distance : lane];
}
inline unsigned __reduce_max_sync(unsigned, unsigned value) {
    return hearth::emulation::Lanes(value).reduce([](auto a, auto b) { return a > b ? a : b; });
}
inline unsigned __reduce_min_sync(unsigned, unsigned value) {
    return hearth::emulation::Lanes(value).reduce([](auto a, auto b) { return a < b ? a : b; });
}
inline int __reduce_add_sync(unsigned, int value) {
    return hearth::emulation::Lanes(value).reduce([](auto a, auto b) { return a + b; });
}
inline unsigned __ballot_sync(unsigned, bool own) {
    const unsigned bit = own ? 1u << hearth::emulation::ownLane() : 0;
    return hearth::emulation::Lanes(bit).reduce([](auto a, auto b) { return a | b; });
}

inline float __fmaf_rn(float a, float b, float c) {
    return std::fma(a, b, c);
}
inline float __uint_as_float(unsigned bits) {
    return std::bit_cast<float>(bits);
}
inline float __int_as_float(int bits) {
    return std::bit_cast<float>(bits);
}
inline unsigned __float_as_uint(float value) {
    return std::bit_cast<unsigned>(value);
}
inline int __popc(unsigned bits) {
    return std::popcount(bits);
}
template <typename T>
T __ldg(const T* address) {
    return *address;
}
/// sum + the products of four signed bytes each.
inline int __dp4a(int a, int b, int sum) {
    for (int shift = 0; shift < 32; shift += 8)
        sum += int(int8_t(a >> shift)) * int(int8_t(b >> shift));
    return sum;
}
/// Of the eight bytes of low and high those that the selector's four digits name.
inline unsigned __byte_perm(unsigned low, unsigned high, unsigned selector) {
    const uint64_t bytes = uint64_t(high) << 32 | low;
    unsigned result = 0;
    for (int i = 0; i < 4; ++i)
        result |= unsigned(bytes >> 8 * (selector >> 4 * i & 7) & 0xff) << 8 * i;
    return result;
}

template <typename A, typename B>
constexpr std::common_type_t<A, B> min(A a, B b) {
    return b < a ? b : a;
}
template <typename A, typename B>
constexpr std::common_type_t<A, B> max(A a, B b) {
    return a < b ? b : a;
}
using std::isnan;
