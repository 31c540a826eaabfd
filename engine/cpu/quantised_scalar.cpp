#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "engine/cpu/quantised_kernels.h"
#include "engine/float_bits.h"
#include "engine/ops/packed_layout.h"

namespace hearth::engine::cpu {
namespace {

constexpr int64_t kSteps = kQuantBlock;
constexpr int64_t kOutputs = kPanelOutputs;
constexpr int64_t kScaleBytes = 2 * kOutputs;

/// Nearest integer, ties to even, for |x| < 2^22.
float nearest(float x) {
    return (x + 12582912.0f) - 12582912.0f;
}

void quantise(const float* x, int64_t depth, int32_t bias, const QuantisedRow& out) {
    int64_t at = 0;  // block of `out`
    for (int64_t first = 0; first < depth; first += kSteps, at += out.rows) {
        const int64_t count = std::min(kSteps, depth - first);
        uint32_t largest = 0;  // magnitudes order as their bits do, NaN last
        for (int64_t k = 0; k < count; ++k)
            largest = std::max(largest, std::bit_cast<uint32_t>(x[first + k]) & 0x7fffffffu);
        float scale = std::bit_cast<float>(largest) / 127.0f;
        const bool finite = largest < 0x7f800000u;
        if (scale < std::numeric_limits<float>::min())
            scale = 0.0f;
        const float inverse = finite && scale != 0.0f ? 1.0f / scale : 0.0f;
        int32_t sum = 0;
        for (int64_t k = 0; k < kSteps; ++k) {
            const float value = k < count && inverse != 0.0f ? x[first + k] * inverse : 0.0f;
            const auto code = int8_t(nearest(value));
            out.codes[at * kSteps + k] = code;
            sum += code;
        }
        out.scales[at] = finite ? scale : std::numeric_limits<float>::quiet_NaN();
        out.starts[at] = -bias * sum;
    }
}

/// Stored code of an output in one step of a block.
int32_t codeOf(PanelForm form, const uint8_t* codes, int64_t step, int64_t output) {
    if (form != PanelForm::Q4)
        return codes[(step / 4 * kOutputs + output) * 4 + step % 4];
    const int32_t pair = codes[(step / 4 * 16 + output % 16) * 4 + step % 4];
    return output < 16 ? pair & 15 : pair >> 4;
}

float product(const QuantisedTile& t, const uint8_t* block, int64_t row, int64_t output) {
    const int64_t blockBytes = panelBytes(t.form == PanelForm::Q4 ? DType::Q4 : DType::Q8, kSteps);
    float sum = 0;
    for (int64_t b = 0; b < t.blocks; ++b, block += blockBytes) {
        const int8_t* row8 = t.codes + (b * t.rows + row) * kSteps;
        int32_t total = t.starts[b * t.rows + row];
        for (int64_t k = 0; k < kSteps; ++k)
            total += codeOf(t.form, block + kScaleBytes, k, output) * row8[k];
        uint16_t bits;
        std::memcpy(&bits, block + 2 * output, sizeof(bits));
        sum = std::fma(float(total), f16ToFloat(bits) * t.scales[b * t.rows + row], sum);
    }
    return sum;
}

void tile(const QuantisedTile& t) {
    for (int64_t n = 0; n < t.columns; ++n) {
        const auto* panel =
            reinterpret_cast<const uint8_t*>(t.panels + n / kOutputs * t.panelStride);
        for (int64_t r = 0; r < t.rows; ++r) {
            float& c = t.c[r * t.cStride + n];
            const float sum = product(t, panel, r, n % kOutputs);
            c = t.accumulate ? std::fma(t.scale, sum, c) : sum;
        }
    }
}

}  // namespace

const QuantisedKernels& scalarQuantisedKernels() {
    static constexpr QuantisedKernels kKernels{.tileRows = 4,
                                               .openRows = std::numeric_limits<int64_t>::max(),
                                               .quantise = quantise,
                                               .tile = tile,
                                               .open = nullptr};
    return kKernels;
}

}  // namespace hearth::engine::cpu
