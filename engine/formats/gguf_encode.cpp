#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "engine/formats/gguf_blocks.h"

namespace hearth::engine {
namespace {

constexpr size_t kBlock = 32;
constexpr size_t kQ8Bytes = 34;
constexpr size_t kQ4Bytes = 18;

using Block = std::span<const float, kBlock>;

void storeF16(float value, std::byte* out) {
    const uint16_t bits = toF16(value);
    std::memcpy(out, &bits, sizeof(bits));
}

bool allFinite(Block values) {
    return std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); });
}

/// The first value of the largest magnitude: its sign is what Q4_0 keeps exactly.
float extreme(Block values) {
    return *std::max_element(values.begin(), values.end(),
                             [](float a, float b) { return std::fabs(a) < std::fabs(b); });
}

/// `value` without its fraction, in [low, high]; low for a NaN, which 0 times the inverse of a
/// scale below F32's range is.
int bounded(float value, int low, int high) {
    return value >= float(low) ? int(std::min(value, float(high))) : low;
}

void encodeQ8Block(Block values, std::byte* out) {
    const float d = std::fabs(extreme(values)) / 127.0f;
    const float inverse = d == 0.0f ? 0.0f : 1.0f / d;
    storeF16(d, out);
    for (size_t i = 0; i < kBlock; ++i)
        out[2 + i] = std::byte(bounded(std::round(values[i] * inverse), -127, 127));
}

void encodeQ4Block(Block values, std::byte* out) {
    const float d = extreme(values) / -8.0f;
    const float inverse = d == 0.0f ? 0.0f : 1.0f / d;
    storeF16(d, out);
    const auto quantised = [&](size_t i) { return bounded(values[i] * inverse + 8.5f, 0, 15); };
    for (size_t i = 0; i < kBlock / 2; ++i)
        out[2 + i] = std::byte(quantised(i) | quantised(i + kBlock / 2) << 4);
}

template <typename Encode>
void encodeBlocks(std::span<const float> values, size_t bytes, Encode encode, std::byte* out) {
    CORE_ASSERT(values.size() % kBlock == 0);
    for (size_t i = 0; i < values.size(); i += kBlock, out += bytes) {
        const Block block = values.subspan(i).first<kBlock>();
        encode(block, out);
        if (!allFinite(block))
            storeF16(std::numeric_limits<float>::quiet_NaN(), out);
    }
}

}  // namespace

void encodeQ8_0(std::span<const float> values, std::byte* out) {
    encodeBlocks(values, kQ8Bytes, encodeQ8Block, out);
}

void encodeQ4_0(std::span<const float> values, std::byte* out) {
    encodeBlocks(values, kQ4Bytes, encodeQ4Block, out);
}

void encodeF16(std::span<const float> values, std::byte* out) {
    for (size_t i = 0; i < values.size(); ++i)
        storeF16(values[i], out + 2 * i);
}

}  // namespace hearth::engine
