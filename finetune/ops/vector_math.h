// Building blocks of the backward kernels. Private to finetune/ops and finetune/optim.
#pragma once
#include <algorithm>
#include <bit>
#include <cstdint>

// Compiles a function for AVX-512, AVX2 and baseline x86-64; the loader picks one. None of
// them contracts a*b+c, so the bits are the same on every processor. The sanitisers cannot
// instrument the loader's choice, hence the plain function under them.
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define FINETUNE_KERNEL __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define FINETUNE_KERNEL
#endif

namespace hearth::finetune {

inline constexpr int64_t kLanes = 16;

/// e^x, relative error below 2e-7; inputs are clamped to [-87, 88]. Written without calls and
/// branches so that loops over it become vector code (std::exp would stay scalar).
inline float vectorExp(float x) {
    constexpr float kLog2E = 1.44269504088896341f;
    constexpr float kLn2High = 0.693359375f;  // 9 bits: n * kLn2High is exact
    constexpr float kLn2Low = -2.12194440e-4f;
    constexpr float kRound = 12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer
    x = std::min(std::max(x, -87.0f), 88.0f);
    const float shifted = x * kLog2E + kRound;
    const float n = shifted - kRound;
    const float r = (x - n * kLn2High) - n * kLn2Low;
    float p = 1.9875691500e-4f;  // minimax polynomial of Cephes' expf
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1.0f;
    const int32_t exponent = std::bit_cast<int32_t>(shifted) << 23;
    return std::bit_cast<float>(std::bit_cast<int32_t>(p) + exponent);
}

inline float vectorSigmoid(float x) {
    return 1.0f / (1.0f + vectorExp(-x));
}

/// Sum of f(i) over [0, n) in kLanes interleaved chains: an order that vector code can keep.
template <typename Term>
inline float laneSum(int64_t n, Term&& term) {
    float lanes[kLanes] = {};
    int64_t i = 0;
    for (; i + kLanes <= n; i += kLanes)
        for (int64_t lane = 0; lane < kLanes; ++lane)
            lanes[lane] += term(i + lane);
    for (int64_t lane = 0; i < n; ++i, ++lane)
        lanes[lane] += term(i);
    for (int64_t width = kLanes / 2; width > 0; width /= 2)
        for (int64_t lane = 0; lane < width; ++lane)
            lanes[lane] += lanes[lane + width];
    return lanes[0];
}

}  // namespace hearth::finetune
