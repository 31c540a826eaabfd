// Rounding to BF16 by values' exponents, not by bits as the engine does it.
#pragma once
#include <cmath>

namespace hearth::test {

/// How far a value is moved at most, relative to it: half a unit of its eighth bit.
inline constexpr double kBf16Epsilon = 0x1p-8;

/// To eight bits, ties to even.
inline double roundedToBf16(double x) {
    if (x == 0.0)
        return x;
    int exponent = 0;
    std::frexp(x, &exponent);
    const double unit = std::ldexp(1.0, exponent - 8);
    return std::nearbyint(x / unit) * unit;
}

}  // namespace hearth::test
