#include <immintrin.h>

#include "engine/cpu/quantised_kernels.h"
#include "engine/cpu/quantised_row_loop.h"

// Nothing here may call an inline function of another file: the linker could keep the copy with
// instructions that another processor lacks.
namespace hearth::engine::cpu {
namespace {

constexpr int64_t kSteps = 32;
constexpr int kLanes = 16;

struct Values {
    __m512 v[2];

    static Values load(const float* x, int64_t count);
    static int32_t sumOf(__m256i codes);
};

Values Values::load(const float* x, int64_t count) {
    if (count >= kSteps)
        return {{_mm512_loadu_ps(x), _mm512_loadu_ps(x + kLanes)}};
    const auto lanes = (uint32_t{1} << count) - 1;
    return {{_mm512_maskz_loadu_ps(__mmask16(lanes), x),
             _mm512_maskz_loadu_ps(__mmask16(lanes >> kLanes), x + kLanes)}};
}

/// As bits: magnitudes order as these do, NaN last.
uint32_t largestMagnitude(const Values& values) {
    const __m512i magnitude = _mm512_set1_epi32(0x7fffffff);
    const __m512i both =
        _mm512_max_epu32(_mm512_and_si512(_mm512_castps_si512(values.v[0]), magnitude),
                         _mm512_and_si512(_mm512_castps_si512(values.v[1]), magnitude));
    return _mm512_reduce_max_epu32(both);
}

__m256i codesOf(const Values& values, float inverse) {
    const __m512 factor = _mm512_set1_ps(inverse);
    const auto codes = [&](__m512 v) {
        return _mm512_cvtepi32_epi8(_mm512_cvtps_epi32(_mm512_mul_ps(v, factor)));
    };
    return _mm256_set_m128i(codes(values.v[1]), codes(values.v[0]));
}

int32_t Values::sumOf(__m256i codes) {
    const __m256i sums = _mm256_dpbusd_epi32(_mm256_setzero_si256(), _mm256_set1_epi8(1), codes);
    return _mm512_reduce_add_epi32(_mm512_zextsi256_si512(sums));
}

}  // namespace

void quantiseRowVnni(const float* x, int64_t depth, int32_t bias, const QuantisedRow& out) {
    quantiseRow<Values>(x, depth, bias, out);
}

}  // namespace hearth::engine::cpu
