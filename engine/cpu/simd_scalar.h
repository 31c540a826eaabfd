// Sixteen floats in plain C++, for processors without AVX2. Include from *_scalar.cpp only.
#pragma once
#include <bit>
#include <cstdint>

#include "engine/float_bits.h"

namespace hearth::engine::cpu::scalar {

struct Vec {
    float v[16];
};

/// Vectors that go through a long chain of steps abreast, within the registers.
inline constexpr int kChains = 1;
inline constexpr int kTileRows = 4;
constexpr int tileVectors(int) {
    return 1;
}

template <typename Function>
inline Vec eachLane(Function function) {
    Vec result;
    for (int i = 0; i < 16; ++i)
        result.v[i] = function(i);
    return result;
}

inline Vec broadcast(float x) {
    return eachLane([&](int) { return x; });
}
inline Vec zero() {
    return broadcast(0.0f);
}
inline Vec loadFirst(const float* p, int64_t count) {
    return eachLane([&](int i) { return i < count ? p[i] : 0.0f; });
}
inline Vec load(const float* p) {
    return eachLane([&](int i) { return p[i]; });
}
inline void storeFirst(float* p, Vec a, int64_t count) {
    for (int i = 0; i < 16 && i < count; ++i)
        p[i] = a.v[i];
}
inline void store(float* p, Vec a) {
    storeFirst(p, a, 16);
}
inline Vec loadBf16(const uint16_t* p) {
    return eachLane([&](int i) { return bf16ToFloat(p[i]); });
}
inline Vec loadF16(const uint16_t* p) {
    return eachLane([&](int i) { return f16ToFloat(p[i]); });
}

/// Of sixteen pairs of BF16 the first ones (the low halves), and the second ones.
inline uint32_t pairAt(const void* p, int i) {
    uint32_t pair;
    __builtin_memcpy(&pair, static_cast<const char*>(p) + i * 4, sizeof(pair));
    return pair;
}
inline Vec loadFirstOfPairs(const void* p) {
    return eachLane([&](int i) { return std::bit_cast<float>(pairAt(p, i) << 16); });
}
inline Vec loadSecondOfPairs(const void* p) {
    return eachLane([&](int i) { return std::bit_cast<float>(pairAt(p, i) & 0xffff0000u); });
}

inline Vec operator+(Vec a, Vec b) {
    return eachLane([&](int i) { return a.v[i] + b.v[i]; });
}
inline Vec operator-(Vec a, Vec b) {
    return eachLane([&](int i) { return a.v[i] - b.v[i]; });
}
inline Vec operator*(Vec a, Vec b) {
    return eachLane([&](int i) { return a.v[i] * b.v[i]; });
}
inline Vec operator/(Vec a, Vec b) {
    return eachLane([&](int i) { return a.v[i] / b.v[i]; });
}
/// a * b + c, rounded once.
inline Vec fma(Vec a, Vec b, Vec c) {
    return eachLane([&](int i) { return __builtin_fmaf(a.v[i], b.v[i], c.v[i]); });
}
/// a > b ? a : b, hence b where either is NaN.
inline Vec max(Vec a, Vec b) {
    return eachLane([&](int i) { return a.v[i] > b.v[i] ? a.v[i] : b.v[i]; });
}
inline Vec min(Vec a, Vec b) {
    return eachLane([&](int i) { return a.v[i] < b.v[i] ? a.v[i] : b.v[i]; });
}
/// a < limit ? 0 : x
inline Vec zeroWhereLess(Vec a, Vec limit, Vec x) {
    return eachLane([&](int i) { return a.v[i] < limit.v[i] ? 0.0f : x.v[i]; });
}
/// 2^n, where the low bits of a hold n; exponent 128 gives infinity.
inline Vec powerOfTwo(Vec a) {
    return eachLane([&](int i) {
        return std::bit_cast<float>((std::bit_cast<uint32_t>(a.v[i]) << 23) + 0x3f800000u);
    });
}

/// Lane i takes i + 8, then i + 4, i + 2, i + 1.
inline float treeSum(Vec a) {
    for (int half = 8; half > 0; half /= 2) {
        for (int i = 0; i < half; ++i)
            a.v[i] += a.v[i + half];
    }
    return a.v[0];
}

/// The same of a > b ? a : b.
inline float treeMax(Vec a) {
    for (int half = 8; half > 0; half /= 2) {
        for (int i = 0; i < half; ++i)
            a.v[i] = a.v[i] > a.v[i + half] ? a.v[i] : a.v[i + half];
    }
    return a.v[0];
}
/// The low byte of each lane's bits.
inline void storeLowBytes(uint8_t* p, Vec a) {
    for (int i = 0; i < 16; ++i)
        p[i] = uint8_t(std::bit_cast<uint32_t>(a.v[i]));
}

}  // namespace hearth::engine::cpu::scalar
