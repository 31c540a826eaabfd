#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hearth::core {

/// Without ASCII white space at both ends.
std::string_view trim(std::string_view text);
/// "a,,b" at ',' gives {"a", "", "b"}; an empty text gives one empty part.
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(std::span<const std::string> parts, std::string_view separator);
std::string toLowerAscii(std::string_view text);

/// 0 to 15 for 0-9, a-f, A-F; -1 for anything else.
int hexDigitValue(char c);
std::string toHex(std::span<const std::byte> bytes);
/// Empty for an odd length or another character than 0-9, a-f, A-F.
std::optional<std::vector<std::byte>> fromHex(std::string_view hex);

/// ^[0-9a-f]{64}$: the form of every content id. Nothing else may become part of a path.
bool isHexDigest(std::string_view text);

/// Well-formed UTF-8: no overlong form, no surrogate, nothing above U+10FFFF.
bool isValidUtf8(std::string_view text);

/// Fit for a terminal or a log: control characters become spaces, cut at `maxBytes`.
std::string printable(std::string_view text, std::size_t maxBytes = 200);

}  // namespace hearth::core
