// Base64 with padding (RFC 4648, section 4), as tokenizer files use it.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace hearth::engine {

/// Nothing for another character, a wrong length or padding within the text.
std::optional<std::string> decodeBase64(std::string_view text);

}  // namespace hearth::engine
