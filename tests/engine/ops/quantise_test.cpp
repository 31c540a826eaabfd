#include "engine/ops/quantise.h"

#include <bit>
#include <cstring>
#include <limits>

#include "engine/formats/weight_source.h"
#include "tests/engine/ops/quantised_weights.h"

namespace hearth::test {
namespace {

using namespace engine;

/// Element (output, k) of a panel, read as the layout is written down.
float elementOf(DType dtype, const std::byte* panel, int64_t output, int64_t k) {
    const auto* bytes = reinterpret_cast<const uint8_t*>(panel);
    if (dtype == DType::F32) {
        float value;
        std::memcpy(&value, bytes + (k * 32 + output) * 4, 4);
        return value;
    }
    const auto half = [&](int64_t at) { return uint16_t(bytes[at] | bytes[at + 1] << 8); };
    if (dtype == DType::BF16)
        return fromBf16(half((k * 32 + output) * 2));
    if (dtype == DType::F16)
        return fromF16(half((k * 32 + output) * 2));
    const int64_t quadBytes = dtype == DType::Q8 ? 128 : 64;
    const int64_t block = k / 32 * (64 + 8 * quadBytes), quad = block + 64 + k % 32 / 4 * quadBytes;
    const float scale = fromF16(half(block + output * 2));
    if (dtype == DType::Q8)
        return scale * float(int(bytes[quad + output * 4 + k % 4]) - 128);
    const int pair = bytes[quad + output % 16 * 4 + k % 4];
    return scale * float((output < 16 ? pair & 15 : pair >> 4) - 8);
}

class PackPanelTest : public ::testing::TestWithParam<DType> {};

TEST_P(PackPanelTest, LaysElementsOutAsDocumented) {
    RandomValues random(1);
    for (const int64_t depth : {1, 31, 32, 33, 70, 256}) {
        for (const int64_t outputs : {1, 15, 16, 17, 32}) {
            const auto packed =
                packForTest(GetParam(), floatsOf(random.matrix(outputs, depth)), 1, outputs, depth);
            ASSERT_EQ(int64_t(packed.bytes.size()), panelBytes(GetParam(), depth));
            for (int64_t n = 0; n < outputs; ++n) {
                for (int64_t k = 0; k < depth; ++k)
                    ASSERT_EQ(elementOf(GetParam(), packed.bytes.data(), n, k),
                              packed.values[size_t(n * depth + k)])
                        << n << ", " << k;
            }
        }
    }
}

TEST_P(PackPanelTest, FillsTheRestOfPanelAndBlockWithZeros) {
    RandomValues random(2);
    const auto packed = packForTest(GetParam(), floatsOf(random.matrix(5, 40)), 1, 5, 40);
    const int64_t padded = GetParam() == DType::Q8 || GetParam() == DType::Q4 ? 64 : 40;
    for (int64_t n = 0; n < 32; ++n) {
        for (int64_t k = 0; k < padded; ++k) {
            if (n >= 5 || k >= 40) {
                ASSERT_EQ(elementOf(GetParam(), packed.bytes.data(), n, k), 0.0f) << n << ", " << k;
            }
        }
    }
}

TEST_P(PackPanelTest, RowsDoNotDependOnTheirNeighbours) {
    RandomValues random(3);
    const auto rows = floatsOf(random.matrix(32, 65));
    const auto together = packForTest(GetParam(), rows, 1, 32, 65);
    for (const int64_t n : {0, 7, 31}) {
        const std::vector<float> row(rows.begin() + n * 65, rows.begin() + (n + 1) * 65);
        const auto alone = packForTest(GetParam(), row, 1, 1, 65);
        for (int64_t k = 0; k < 65; ++k)
            ASSERT_EQ(alone.values[size_t(k)], together.values[size_t(n * 65 + k)]);
    }
}

INSTANTIATE_TEST_SUITE_P(Types, PackPanelTest,
                         ::testing::Values(DType::F32, DType::BF16, DType::F16, DType::Q8,
                                           DType::Q4),
                         [](const auto& info) { return dtypeName(info.param); });

TEST(QuantiseTest, PlainTypesRoundToNearestEven) {
    const std::vector<float> row = {1.0f, 1.0f + 0x1p-8f, 1.0f + 0x3p-8f, -65504.0f, 3.0e-6f};
    EXPECT_EQ(packForTest(DType::F32, row, 1, 1, 5).values, row);
    const auto bf16 = packForTest(DType::BF16, row, 1, 1, 5).values;
    EXPECT_EQ(bf16[1], 1.0f);            // half way: to the even one below
    EXPECT_EQ(bf16[2], 1.0f + 0x4p-8f);  // half way: to the even one above
    const auto f16 = packForTest(DType::F16, row, 1, 1, 5).values;
    EXPECT_EQ(f16[1], row[1]);
    EXPECT_EQ(f16[3], -65504.0f);
    EXPECT_EQ(f16[4], 50 * 0x1p-24f);  // subnormal
}

/// Largest magnitude of each block of 32.
float blockMaximum(const std::vector<float>& row, size_t k) {
    float largest = 0;
    for (size_t i = k / 32 * 32; i < std::min(row.size(), k / 32 * 32 + 32); ++i)
        largest = std::max(largest, std::fabs(row[i]));
    return largest;
}

TEST(QuantiseTest, Q8IsWithinHalfAStep) {
    RandomValues random(4);
    for (const double size : {1e-4, 1.0, 3e3}) {
        const auto row = floatsOf(random.matrix(1, 500, size));
        const auto packed = packForTest(DType::Q8, row, 1, 1, 500);
        for (size_t k = 0; k < row.size(); ++k) {
            // Half of the coarsest step, and what rounding the scale to F16 moves the 127th step
            // by: 2^-11 of it, or half of F16's smallest step for scales below 2^-14.
            const float scale = blockMaximum(row, k) / 120;
            const float rounding = std::max(scale * 0x1p-11f, 0x1p-25f);
            ASSERT_LE(std::fabs(packed.values[k] - row[k]), scale * 0.5f + 127 * rounding) << k;
        }
    }
}

double squaredError(const std::vector<float>& a, const std::vector<float>& b) {
    double sum = 0;
    for (size_t i = 0; i < a.size(); ++i)
        sum += (double(a[i]) - double(b[i])) * (double(a[i]) - double(b[i]));
    return sum;
}

std::vector<float> withScale(const std::vector<float>& block, float wanted, float low, float high) {
    const float scale = fromF16(uint16_t(std::bit_cast<uint16_t>(_Float16(wanted))));
    std::vector<float> out;
    for (const float v : block)
        out.push_back(scale * std::clamp(std::nearbyint(v / scale), low, high));
    return out;
}

/// The plain rule: the value farthest from zero becomes code -8, or 127 or -127.
std::vector<float> byPlainRule(DType dtype, const std::vector<float>& block) {
    float extreme = 0;
    for (const float v : block)
        extreme = std::fabs(v) > std::fabs(extreme) ? v : extreme;
    return dtype == DType::Q4 ? withScale(block, extreme / -8, -8, 7)
                              : withScale(block, std::fabs(extreme) / 127, -127, 127);
}

TEST(QuantiseTest, NoBlockIsWorseThanByThePlainRuleAndTheWholeIsClearlyBetter) {
    RandomValues random(5);
    for (const auto& [dtype, share] : {std::pair(DType::Q4, 0.95), {DType::Q8, 0.85}}) {
        double ours = 0, plain = 0;
        for (int i = 0; i < 300; ++i) {
            std::vector<float> block(32);
            for (float& v : block)  // near normal, as weights are
                v = random.next() + random.next() + random.next();
            const double mine = squaredError(packForTest(dtype, block, 1, 1, 32).values, block);
            const double theirs = squaredError(byPlainRule(dtype, block), block);
            // Sums of 32 squares in float against double: 32 roundings.
            ASSERT_LE(mine, theirs * (1 + 64 * kEpsilon));
            ours += mine;
            plain += theirs;
        }
        EXPECT_LT(ours, share * plain) << dtypeName(dtype);
    }
}

TEST(QuantiseTest, ValuesOfAGridComeBackExactly) {
    RandomValues random(6);
    for (const DType dtype : {DType::Q8, DType::Q4}) {
        const auto once = packForTest(dtype, floatsOf(random.matrix(40, 96)), 1, 40, 96);
        if (dtype == DType::Q8) {
            EXPECT_EQ(packForTest(dtype, once.values, 1, 40, 96).values, once.values);
        }
        std::vector<float> grid(32);
        for (size_t i = 0; i < 32; ++i)
            grid[i] = 0.375f * float(dtype == DType::Q8 ? int(i) * 8 - 127 : int(i % 16) - 8);
        EXPECT_EQ(packForTest(dtype, grid, 1, 1, 32).values, grid);
    }
}

TEST(QuantiseTest, ExtremeBlocksStayFiniteAndZeroStaysZero) {
    const float largest = std::numeric_limits<float>::max();
    for (const DType dtype : {DType::Q8, DType::Q4}) {
        for (const float size : {0.0f, std::numeric_limits<float>::denorm_min(), 1e-20f, 1e20f}) {
            std::vector<float> row(64, size);
            row[3] = -size;
            row[40] = 0.0f;
            const auto values = packForTest(dtype, row, 1, 1, 64).values;
            for (const float v : values)
                ASSERT_TRUE(std::isfinite(v)) << size;
            EXPECT_EQ(values[40], 0.0f);
        }
        for (const float v : packForTest(dtype, {largest, -largest, 1.0f}, 1, 1, 3).values)
            EXPECT_TRUE(std::isfinite(v));
    }
}

TEST(PackedLayoutTest, CountsPanelsBlocksAndGroups) {
    EXPECT_EQ(panelBytes(DType::Q8, 32), 32 * 2 + 32 * 32);
    EXPECT_EQ(panelBytes(DType::Q4, 33), 2 * (32 * 2 + 32 * 16));
    EXPECT_EQ(panelBytes(DType::BF16, 33), 33 * 32 * 2);
    EXPECT_EQ(packedBytes(DType::Q4, 3, 33, 64), 3 * 2 * panelBytes(DType::Q4, 64));
}

}  // namespace
}  // namespace hearth::test
