#include <bit>
#include <cmath>
#include <cstring>

#include "engine/formats/weight_source.h"

namespace hearth::engine {
namespace {

template <typename T>
T loadAt(const std::byte* bytes, size_t i) {
    T value;
    std::memcpy(&value, bytes + i * sizeof(T), sizeof(T));
    return value;
}

template <typename Stored, typename Out, typename Convert>
std::vector<Out> convertAll(std::span<const std::byte> bytes, Convert convert) {
    std::vector<Out> out(bytes.size() / sizeof(Stored));
    for (size_t i = 0; i < out.size(); ++i)
        out[i] = convert(loadAt<Stored>(bytes.data(), i));
    return out;
}

}  // namespace

uint16_t toBf16(float value) {
    const auto bits = std::bit_cast<uint32_t>(value);
    if (std::isnan(value))
        return uint16_t(bits >> 16 | 0x40);  // rounding could carry a NaN into infinity
    return uint16_t((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

float fromBf16(uint16_t bits) {
    return std::bit_cast<float>(uint32_t(bits) << 16);
}

float fromF16(uint16_t bits) {
    const uint32_t sign = uint32_t(bits & 0x8000) << 16;
    const uint32_t exponent = bits >> 10 & 0x1f;
    const uint32_t mantissa = bits & 0x3ff;
    if (exponent == 0) {
        const float magnitude = std::ldexp(float(mantissa), -24);
        return sign ? -magnitude : magnitude;
    }
    const uint32_t widened = exponent == 0x1f ? 0xff : exponent + 112;
    return std::bit_cast<float>(sign | widened << 23 | mantissa << 13);
}

std::vector<float> StoredTensor::toFloats() const {
    switch (dtype) {
        case DType::F32:
            return convertAll<float, float>(bytes, [](float v) { return v; });
        case DType::BF16:
            return convertAll<uint16_t, float>(bytes, fromBf16);
        case DType::F16:
            return convertAll<uint16_t, float>(bytes, fromF16);
        case DType::I32:
            return convertAll<int32_t, float>(bytes, [](auto v) { return float(v); });
        case DType::I64:
            return convertAll<int64_t, float>(bytes, [](auto v) { return float(v); });
        case DType::F64:
            return convertAll<double, float>(bytes, [](auto v) { return float(v); });
        case DType::F8E4M3:
        case DType::U8:
        case DType::Q8:
        case DType::Q4:
            break;
    }
    CORE_ASSERT(!"not a float dtype");
}

std::vector<int64_t> StoredTensor::toInts() const {
    CORE_ASSERT(dtype == DType::I32 || dtype == DType::I64);
    if (dtype == DType::I32)
        return convertAll<int32_t, int64_t>(bytes, [](int32_t v) { return int64_t(v); });
    return convertAll<int64_t, int64_t>(bytes, [](int64_t v) { return v; });
}

}  // namespace hearth::engine
