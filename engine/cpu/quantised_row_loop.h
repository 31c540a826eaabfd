// QuantisedKernels::quantise over vectors of 32 values. Include from quantised_*.cpp only: what it
// defines is the including file's own, compiled with that file's instructions.
#pragma once
#include <immintrin.h>

#include "engine/cpu/quantised_kernels.h"

namespace hearth::engine::cpu {
namespace {

/// Values: a block of the instruction set, with load() and sumOf(); largestMagnitude and codesOf
/// stand beside it.
template <typename Values>
inline void quantiseRow(const float* x, int64_t depth, int32_t bias, const QuantisedRow& out) {
    int64_t at = 0;  // block of `out`
    for (int64_t first = 0; first < depth; first += 32, at += out.rows) {
        const Values values = Values::load(x + first, depth - first);
        const uint32_t largest = largestMagnitude(values);
        float magnitude;
        __builtin_memcpy(&magnitude, &largest, sizeof(magnitude));
        float scale = magnitude / 127.0f;
        __m256i block = _mm256_setzero_si256();
        if (!(largest < 0x7f800000u)) {
            scale = __builtin_nanf("");
        } else if (scale < __FLT_MIN__) {
            scale = 0.0f;
        } else {
            block = codesOf(values, 1.0f / scale);
        }
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(out.codes + at * 32), block);
        out.scales[at] = scale;
        out.starts[at] = -bias * Values::sumOf(block);
    }
}

}  // namespace
}  // namespace hearth::engine::cpu
