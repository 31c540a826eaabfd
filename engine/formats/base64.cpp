#include "engine/formats/base64.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace hearth::engine {

namespace {

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::array<int8_t, 256> makeValues() {
    std::array<int8_t, 256> values;
    values.fill(-1);
    for (size_t i = 0; i < kDigits.size(); ++i)
        values[static_cast<unsigned char>(kDigits[i])] = static_cast<int8_t>(i);
    return values;
}

}  // namespace

std::optional<std::string> decodeBase64(std::string_view text) {
    static const std::array<int8_t, 256> kValues = makeValues();
    if (text.size() % 4 != 0)
        return std::nullopt;
    const size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3);
    uint32_t bits = 0;
    for (size_t i = 0; i < text.size(); ++i) {
        const bool isPadding = i + padding >= text.size();
        const int value = isPadding ? 0 : kValues[static_cast<unsigned char>(text[i])];
        if (value < 0)
            return std::nullopt;
        bits = bits << 6 | static_cast<uint32_t>(value);
        if (i % 4 != 3)
            continue;
        for (int shift = 16; shift >= 0; shift -= 8)
            bytes.push_back(static_cast<char>(bits >> shift));
        bits = 0;
    }
    bytes.erase(bytes.size() - std::min(bytes.size(), padding));
    return bytes;
}

}  // namespace hearth::engine
