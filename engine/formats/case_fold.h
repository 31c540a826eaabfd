#pragma once
#include <string>
#include <string_view>

namespace hearth::engine::utf8 {

/// For comparing without regard to case: Unicode's simple case folding, one character for one, in
/// any script. Broken sequences become U+FFFD.
std::string foldCase(std::string_view text);

}  // namespace hearth::engine::utf8
