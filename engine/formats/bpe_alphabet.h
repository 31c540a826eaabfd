// The 256 printable characters that byte-level BPE files write for bytes (as GPT-2 chose them).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hearth::engine {

/// The character that stands for a byte, as UTF-8.
const std::string& bpeCharacterOfByte(uint8_t byte);

/// The bytes that a token of such a file stands for; nothing if it has a character that is
/// none of the 256 (an added token kept in the vocabulary).
std::optional<std::string> bpeBytesOfToken(std::string_view token);

/// Bytes as such a file writes them.
std::string bpeTokenOfBytes(std::string_view bytes);

}  // namespace hearth::engine
