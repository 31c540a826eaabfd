// Numbers as people read them, whatever the locale of streams.
#pragma once
#include <string>

namespace hearth::core {

/// With so many digits after the point: 2.50.
std::string fixedText(double value, int digits);
/// With so many significant digits, in the shorter of both notations: 2.5, 1.2e-06.
std::string significantText(double value, int digits);

}  // namespace hearth::core
