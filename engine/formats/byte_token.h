// "<0x0A>": how SentencePiece writes the token of a single byte.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/strings.h"

namespace hearth::engine {

inline std::optional<uint8_t> byteOfToken(std::string_view token) {
    if (token.size() != 6 || !token.starts_with("<0x") || token[5] != '>')
        return std::nullopt;
    const int high = core::hexDigitValue(token[3]);
    const int low = core::hexDigitValue(token[4]);
    if (high < 0 || low < 0)
        return std::nullopt;
    return static_cast<uint8_t>(high * 16 + low);
}

}  // namespace hearth::engine
