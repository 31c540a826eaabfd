#include "core/number_text.h"

#include <array>
#include <cstdio>

namespace hearth::core {
namespace {

std::string formatted(const char* pattern, double value, int digits) {
    std::array<char, 512> text{};  // the largest double has 309 digits before its point
    std::snprintf(text.data(), text.size(), pattern, digits, value);
    return text.data();
}

}  // namespace

std::string fixedText(double value, int digits) {
    return formatted("%.*f", value, digits);
}

std::string significantText(double value, int digits) {
    return formatted("%.*g", value, digits);
}

}  // namespace hearth::core
