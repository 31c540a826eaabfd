// Numbers of a file at any address. Files are little-endian, as is every machine Hearth runs on.
#pragma once
#include <bit>
#include <cstddef>
#include <cstring>

#include "engine/formats/weight_source.h"

namespace hearth::engine {

static_assert(std::endian::native == std::endian::little);

template <typename T>
T loadAs(const std::byte* bytes) {
    T value;
    std::memcpy(&value, bytes, sizeof(T));
    return value;
}

inline float loadF16(const std::byte* bytes) {
    return fromF16(loadAs<uint16_t>(bytes));
}

}  // namespace hearth::engine
