// Scores and weighted values over rows of BF16 (PairScores, PairValues), on every instruction set.
#include <bit>
#include <cmath>
#include <cstring>

#include "engine/cpu/kernels.h"
#include "tests/engine/cpu/isa_test.h"
#include "tests/engine/ops/op_test_support.h"

namespace hearth::test {
namespace {

using namespace engine::cpu;
using engine::CpuIsa;

/// Rows of BF16 in a buffer that ends with the last value of the last one.
struct Rows {
    std::vector<uint16_t> values;
    std::vector<const uint16_t*> rows;
    std::vector<const uint16_t*> ahead;  // the same in another order

    Rows(const std::vector<float>& floats, int64_t width) {
        for (const float value : floats)
            values.push_back(uint16_t(std::bit_cast<uint32_t>(value) >> 16));
        for (size_t i = 0; i < values.size(); i += size_t(width))
            rows.push_back(values.data() + i);
        ahead.assign(rows.rbegin(), rows.rend());
    }
    double at(size_t row, int64_t column) const {
        return double(std::bit_cast<float>(uint32_t(rows[row][column]) << 16));
    }
};

/// Finite floats with the lower half of their bits cleared.
std::vector<float> bf16Values(RandomValues& random, int64_t count, int lowest, int highest) {
    std::vector<float> values;
    for (int64_t i = 0; i < count; ++i) {
        const float value =
            std::ldexp(random.next(), lowest + int(random.below(highest - lowest + 1)));
        values.push_back(std::bit_cast<float>(std::bit_cast<uint32_t>(value) & 0xffff0000u));
    }
    return values;
}

/// [rows][stride] pairs of neighbours.
std::vector<uint32_t> pairsOfRows(const std::vector<float>& values, int64_t width, int64_t stride) {
    const int64_t rows = int64_t(values.size()) / width;
    std::vector<uint32_t> pairs(size_t(rows * stride));
    for (int64_t r = 0; r < rows; ++r)
        for (int64_t i = 0; i < width; ++i) {
            const uint32_t bits = std::bit_cast<uint32_t>(values[size_t(r * width + i)]) >> 16;
            pairs[size_t(r * stride + i / 2)] |= bits << (i % 2 * 16);
        }
    return pairs;
}

struct Shape {
    int64_t heads, keys, width, columns;
};

/// One of each, tiles and vectors that are not full, odd widths, and that of DeepSeek.
constexpr Shape kShapes[] = {
    {1, 4, 1, 1},    {3, 8, 2, 2},      {4, 4, 31, 17},  {5, 12, 32, 32},  {8, 16, 33, 33},
    {9, 20, 52, 40}, {16, 256, 76, 64}, {7, 36, 95, 80}, {13, 40, 97, 96}, {16, 64, 576, 512}};

struct Case {
    Shape shape;
    std::vector<float> queries;  // [heads][width]
    std::vector<float> weights;  // [heads][keys]
    Rows rows;

    Case(const Shape& s, RandomValues& random, int lowest, int highest)
        : shape(s),
          queries(bf16Values(random, s.heads * s.width, lowest, highest)),
          weights(bf16Values(random, s.heads * s.keys, lowest, highest)),
          rows(bf16Values(random, s.keys * s.width, lowest, highest), s.width) {}

    std::vector<float> scores(const Kernels& kernels) const {
        const int64_t stride = (shape.width + 31) / 32 * 16;
        const auto pairs = pairsOfRows(queries, shape.width, stride);
        std::vector<float> out(size_t(shape.heads * shape.keys));
        kernels.pairs->scores({.queries = pairs.data(),
                               .queryStride = stride,
                               .heads = shape.heads,
                               .rows = rows.rows.data(),
                               .ahead = rows.ahead.data(),
                               .keys = shape.keys,
                               .width = shape.width,
                               .scores = out.data(),
                               .scoreStride = shape.keys});
        return out;
    }
    std::vector<float> values(const Kernels& kernels) const {
        const auto pairs = pairsOfRows(weights, shape.keys, shape.keys / 2);
        std::vector<float> out(size_t(shape.heads * shape.columns));
        kernels.pairs->values({.weights = pairs.data(),
                               .weightStride = shape.keys / 2,
                               .heads = shape.heads,
                               .rows = rows.rows.data(),
                               .ahead = rows.ahead.data(),
                               .keys = shape.keys,
                               .columns = shape.columns,
                               .out = out.data(),
                               .outStride = shape.columns});
        return out;
    }
};

class PairRowsTest : public IsaTest {};

// Operands are exact in BF16 and their products in F32, so that only sums round: each addition by
// at most kEpsilon of what it gives, which the terms' magnitudes bound.

/// That actual[row][column] is the sum of terms(row, column, i), i < count, after so many
/// roundings.
template <typename Term>
void expectSums(const std::vector<float>& actual, int64_t columns, int64_t count, double roundings,
                Term term) {
    for (int64_t at = 0; at < int64_t(actual.size()); ++at) {
        const int64_t row = at / columns, column = at % columns;
        double sum = 0, magnitude = 0;
        for (int64_t i = 0; i < count; ++i) {
            sum += term(row, column, i);
            magnitude += std::fabs(term(row, column, i));
        }
        ASSERT_NEAR(actual[size_t(at)], sum, 1.001 * kEpsilon * roundings * magnitude)
            << "row " << row << ", column " << column << " of " << columns << ", terms " << count;
    }
}

TEST_P(PairRowsTest, ScoresMatchTheReference) {
    RandomValues random(1);
    for (const Shape& shape : kShapes) {
        const Case c(shape, random, -3, 3);
        // A lane adds two products every 32 values, and a tree of four steps follows.
        const double roundings = 2 * double((shape.width + 31) / 32) + 4;
        expectSums(c.scores(kernels()), shape.keys, shape.width, roundings,
                   [&](int64_t head, int64_t key, int64_t i) {
                       return double(c.queries[size_t(head * shape.width + i)]) *
                              c.rows.at(size_t(key), i);
                   });
    }
}

TEST_P(PairRowsTest, ValuesMatchTheReference) {
    RandomValues random(2);
    for (const Shape& shape : kShapes) {
        const Case c(shape, random, -3, 3);
        expectSums(c.values(kernels()), shape.columns, shape.keys, double(shape.keys),
                   [&](int64_t head, int64_t column, int64_t key) {
                       return double(c.weights[size_t(head * shape.keys + key)]) *
                              c.rows.at(size_t(key), column);
                   });
    }
}

/// Also where operands, products and sums are subnormal.
TEST_P(PairRowsTest, HasTheScalarBits) {
    RandomValues random(3);
    const std::array<int, 2> ranges[] = {{-3, 3}, {-80, 40}, {-132, -20}, {-75, -60}};
    for (const auto& [low, high] : ranges) {
        for (const Shape& shape : kShapes) {
            const Case c(shape, random, low, high);
            expectSameBits(c.scores(kernels()), c.scores(scalarKernels()));
            expectSameBits(c.values(kernels()), c.values(scalarKernels()));
        }
    }
}

TEST_P(PairRowsTest, SubnormalValuesCountAsZeros) {
    const float least = std::bit_cast<float>(0x00010000u);  // the smallest BF16
    RandomValues random(4);
    Case c({2, 4, 33, 33}, random, 0, 0);
    c.rows = Rows(std::vector<float>(4 * 33, least), 33);
    std::ranges::fill(c.queries, 0x1p100f);
    std::ranges::fill(c.weights, 0x1p100f);
    for (const auto& out : {c.scores(kernels()), c.values(kernels())}) {
        for (const float value : out)
            ASSERT_EQ(value, 0.0f);
    }
}

INSTANTIATE_TEST_SUITE_P(Isa, PairRowsTest,
                         ::testing::Values(CpuIsa::Scalar, CpuIsa::Avx2, CpuIsa::Avx512,
                                           CpuIsa::Avx512Vnni, CpuIsa::Avx512Bf16),
                         [](const auto& info) { return "Isa" + std::to_string(int(info.param)); });

}  // namespace
}  // namespace hearth::test
