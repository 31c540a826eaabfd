// Stands for engine/cuda/instructions.cuh, where the functions are described.
#pragma once
#include <cmath>
#include <cstdint>
#include <limits>

#include "device_language.h"

namespace hearth::engine::cuda {

inline int32_t dotUnsigned(uint32_t a, uint32_t b, int32_t sum) {
    for (int shift = 0; shift < 32; shift += 8)
        sum += int32_t(a >> shift & 0xff) * int32_t(int8_t(b >> shift));
    return sum;
}

/// What a lane brings to multiplyBytes.
struct LaneBytes {
    int8_t codes[4][4];
    int8_t weights[2][4];
};

inline void multiplyBytes(int32_t (&sums)[4], const uint32_t (&codes)[4], uint32_t low,
                          uint32_t high) {
    LaneBytes own;
    const uint32_t weights[2] = {low, high};
    std::memcpy(own.codes, codes, sizeof(own.codes));
    std::memcpy(own.weights, weights, sizeof(own.weights));
    const emulation::Lanes<LaneBytes> lanes(own);
    const unsigned lane = emulation::ownLane();
    for (unsigned i = 0; i < 4; ++i) {
        const unsigned row = lane / 4 + i / 2 * 8, output = lane % 4 * 2 + i % 2;
        sums[i] = 0;
        for (unsigned quad = 0; quad < 8; ++quad) {  // of the 32 steps
            const LaneBytes a = lanes[row % 8 * 4 + quad % 4], b = lanes[output * 4 + quad % 4];
            for (int k = 0; k < 4; ++k)
                sums[i] +=
                    int32_t(a.codes[row / 8 + quad / 4 * 2][k]) * int32_t(b.weights[quad / 4][k]);
        }
    }
}

inline float flushed(float x) {
    return std::fabs(x) < std::numeric_limits<float>::min() ? std::copysign(0.0f, x) : x;
}
inline float fmaFlushed(float a, float b, float c) {
    return flushed(std::fma(flushed(a), flushed(b), flushed(c)));
}
inline float addFlushed(float a, float b) {
    return flushed(flushed(a) + flushed(b));
}

inline void copyAsync(void* shared, const void* global) {
    emulation::startCopy(shared, global);
}
inline void commitCopies() {
    emulation::closeCopies();
}
template <int kLeft>
void waitCopies() {
    emulation::finishCopies(kLeft);
}

}  // namespace hearth::engine::cuda
