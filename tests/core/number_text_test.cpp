#include "core/number_text.h"

#include <gtest/gtest.h>

#include <limits>

namespace hearth::core {
namespace {

TEST(NumberText, HasTheDigitsThatWereAskedFor) {
    EXPECT_EQ(fixedText(2.5, 2), "2.50");
    EXPECT_EQ(fixedText(-0.0004, 3), "-0.000");
    EXPECT_EQ(fixedText(1234.5678, 0), "1235");
    EXPECT_EQ(significantText(2.5, 3), "2.5");
    EXPECT_EQ(significantText(1.2345e-6, 3), "1.23e-06");
}

TEST(NumberText, TheLargestNumberIsWhole) {
    EXPECT_EQ(fixedText(-std::numeric_limits<double>::max(), 4).size(), 1u + 309u + 1u + 4u);
}

}  // namespace
}  // namespace hearth::core
