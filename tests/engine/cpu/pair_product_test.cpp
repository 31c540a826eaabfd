#include "engine/cpu/pair_product.h"

#include <bit>
#include <cmath>
#include <cstring>

#include "engine/cpu/gemm.h"
#include "tests/engine/cpu/bf16_rounding.h"
#include "tests/engine/cpu/isa_test.h"
#include "tests/engine/ops/op_test_support.h"

namespace hearth::test {
namespace {

using namespace engine::cpu;
using engine::CpuIsa;
using engine::ThreadPool;

Matrix rounded(Matrix m) {
    for (double& value : m.values)
        value = roundedToBf16(value);
    return m;
}

std::vector<float> floats(const Matrix& m) {
    return {m.values.begin(), m.values.end()};
}

Matrix transposed(const Matrix& m) {
    Matrix t(m.columns, m.rows);
    for (int64_t r = 0; r < m.rows; ++r)
        for (int64_t c = 0; c < m.columns; ++c)
            t.at(c, r) = m.at(r, c);
    return t;
}

struct Way {
    bool transA = false;
    bool transB = false;  // b's outputs lie side by side
    bool packed = false;
    bool accumulate = false;
    float scale = 1.0f;
};

/// c = a b^T with a: [rows, depth], b: [outputs, depth].
std::vector<float> multiplied(const Kernels& kernels, int threads, const Matrix& a, const Matrix& b,
                              const Way& way, std::vector<float> c) {
    ThreadPool pool(threads);
    const std::vector<float> left = floats(way.transA ? transposed(a) : a);
    const std::vector<float> right = floats(way.transB ? transposed(b) : b);
    const PairMatrix matrix{.data = right.data(),
                            .outputs = b.rows,
                            .depth = b.columns,
                            .outputStride = way.transB ? 1 : b.columns,
                            .depthStride = way.transB ? b.rows : 1};
    std::vector<std::byte> panels(size_t(pairMatrixBytes(b.rows, b.columns)) + 64);
    void* aligned = panels.data();
    size_t room = panels.size();
    aligned = std::align(64, size_t(pairMatrixBytes(b.rows, b.columns)), aligned, room);
    if (way.packed)
        packPairs(pool, kernels, matrix, aligned);
    const ProductJob job{.a = left.data(),
                         .rows = a.rows,
                         .b = way.packed ? aligned : static_cast<const void*>(right.data()),
                         .c = c.data()};
    multiplyPairs(pool, kernels,
                  {.outputs = b.rows,
                   .depth = b.columns,
                   .aRowStride = way.transA ? 1 : a.columns,
                   .aDepthStride = way.transA ? a.rows : 1,
                   .bPacked = way.packed,
                   .bOutputStride = matrix.outputStride,
                   .bDepthStride = matrix.depthStride,
                   .cStride = b.rows,
                   .accumulate = way.accumulate,
                   .scale = way.scale,
                   .jobs = std::span(&job, 1)});
    return c;
}

class PairProductTest : public IsaTest {};

/// rows, outputs, depth: one of each, odd depths, tiles and panels that are not full, a depth that
/// is transposed in several portions.
constexpr std::array<int64_t, 3> kShapes[] = {{1, 1, 1},      {1, 70, 33},  {12, 32, 16},
                                              {13, 33, 17},   {97, 130, 5}, {40, 64, 601},
                                              {200, 16, 300}, {5, 33, 4099}};

constexpr Way kWays[] = {{},
                         {.transB = true},
                         {.transA = true, .transB = true},
                         {.transA = true},
                         {.packed = true},
                         {.transB = true, .packed = true, .accumulate = true, .scale = 0.5f},
                         {.accumulate = true, .scale = -3.0f},
                         {.transA = true, .scale = 0.25f}};

TEST_P(PairProductTest, MatchesReference) {
    RandomValues random(1);
    for (const auto& [rows, outputs, depth] : kShapes) {
        const Matrix a = random.matrix(rows, depth), b = random.matrix(outputs, depth);
        const Matrix start = random.matrix(rows, outputs);
        const Matrix sums = reference::matmul(rounded(a), rounded(b));
        for (const Way& way : kWays) {
            Matrix expected = sums;
            for (size_t i = 0; i < expected.values.size(); ++i)
                expected.values[i] = double(way.scale) * expected.values[i] +
                                     (way.accumulate ? start.values[i] : 0.0);
            const auto actual = multiplied(kernels(), 2, a, b, way, floats(start));
            // Each of depth + 2 roundings is of at most the terms' sum (Cauchy-Schwarz).
            expectNear(actual, expected, [&](int64_t r, int64_t c) {
                return kEpsilon * double(depth + 4) * 1.01 *
                       (std::abs(double(way.scale)) * a.rowNorm(r) * b.rowNorm(c) + 1.0);
            });
        }
    }
}

TEST_P(PairProductTest, BitsDoNotDependOnThreadsLayoutOrOtherRows) {
    RandomValues random(2);
    const Matrix a = random.matrix(150, 261), b = random.matrix(170, 261);
    const std::vector<float> start(size_t(150 * 170), 0.0f);
    const auto all = multiplied(kernels(), 1, a, b, {}, start);
    for (const Way& way : {Way{.transB = true}, Way{.transA = true}, Way{.packed = true},
                           Way{.transB = true, .packed = true}})
        expectSameBits(multiplied(kernels(), 3, a, b, way, start), all);
    Matrix some(7, a.columns);
    for (int64_t r = 0; r < some.rows; ++r)
        for (int64_t k = 0; k < a.columns; ++k)
            some.at(r, k) = a.at(r + 50, k);
    const auto few = multiplied(kernels(), 1, some, b, {}, std::vector<float>(size_t(7 * 170)));
    expectSameBits(few, {all.begin() + 50 * 170, all.begin() + 57 * 170});
}

/// Values of all magnitudes: subnormal ones, and products and sums that become so.
std::vector<float> wild(RandomValues& random, int64_t count, int lowest, int highest) {
    std::vector<float> values;
    for (int64_t i = 0; i < count; ++i)
        values.push_back(
            std::ldexp(random.next(), lowest + int(random.below(highest - lowest + 1))));
    return values;
}

TEST_P(PairProductTest, HasTheScalarBits) {
    RandomValues random(3);
    const auto matrix = [&](int64_t rows, int64_t columns, int lowest, int highest) {
        Matrix m(rows, columns);
        const auto values = wild(random, rows * columns, lowest, highest);
        m.values.assign(values.begin(), values.end());
        return m;
    };
    const std::array<int, 2> ranges[] = {{-3, 3}, {-80, 40}, {-140, -20}, {-75, -60}};
    for (const auto& [low, high] : ranges) {
        const Matrix a = matrix(29, 77, low, high), b = matrix(45, 77, low, high);
        const auto start = wild(random, 29 * 45, -149, -120);
        for (const Way& way : kWays) {
            const auto expected = multiplied(scalarKernels(), 1, a, b, way, start);
            const auto actual = multiplied(kernels(), 1, a, b, way, start);
            expectSameBits(actual, expected);
        }
    }
}

TEST_P(PairProductTest, KeepsNotANumberAndInfinity) {
    Matrix a(3, 4), b(2, 4);
    for (double& value : a.values)
        value = 1.0;
    for (double& value : b.values)
        value = 2.0;
    a.at(0, 1) = std::bit_cast<float>(0x7f800001u);  // its payload would be cut off
    a.at(1, 2) = 3.4e38;                             // rounds beyond the largest number
    const auto c = multiplied(kernels(), 1, a, b, {}, std::vector<float>(6));
    EXPECT_TRUE(std::isnan(c[0]) && std::isnan(c[1]));
    EXPECT_EQ(c[2], INFINITY);
    EXPECT_EQ(c[4], 8.0f);
}

TEST_P(PairProductTest, GroupsAreProductsOfTheirOwn) {
    RandomValues random(4);
    const int64_t depth = 35, outputs = 40;
    const Matrix x = random.matrix(20, depth);
    const std::vector<float> rows = floats(x);
    const int64_t counts[] = {3, 0, 14, 1};
    std::vector<int32_t> source;
    std::vector<Matrix> weights;
    std::vector<std::vector<float>> values;
    for (const int64_t count : counts) {
        for (int64_t i = 0; i < count; ++i)
            source.push_back(int32_t(random.below(x.rows)));
        weights.push_back(random.matrix(outputs, depth));
        values.push_back(floats(weights.back()));
    }
    std::vector<float> c(source.size() * size_t(outputs));
    std::vector<ProductJob> jobs;
    int64_t begin = 0;
    for (size_t e = 0; e < weights.size(); begin += counts[e++])
        jobs.push_back({.a = rows.data(),
                        .aSource = source.data() + begin,
                        .rows = counts[e],
                        .b = values[e].data(),
                        .c = c.data() + begin * outputs});
    ThreadPool pool(2);
    multiplyPairs(pool, kernels(),
                  {.outputs = outputs,
                   .depth = depth,
                   .aRowStride = depth,
                   .bOutputStride = depth,
                   .cStride = outputs,
                   .jobs = jobs});
    begin = 0;
    for (size_t e = 0; e < weights.size(); begin += counts[e++]) {
        Matrix own(counts[e], depth);
        for (int64_t r = 0; r < own.rows; ++r)
            for (int64_t k = 0; k < depth; ++k)
                own.at(r, k) = x.at(source[size_t(begin + r)], k);
        expectSameBits({c.begin() + begin * outputs, c.begin() + (begin + counts[e]) * outputs},
                       multiplied(kernels(), 1, own, weights[e], {},
                                  std::vector<float>(size_t(counts[e] * outputs))));
    }
}

std::string isaName(const ::testing::TestParamInfo<CpuIsa>& info) {
    constexpr const char* kNames[] = {"Best",   "Scalar",     "Avx2",
                                      "Avx512", "Avx512Vnni", "Avx512Bf16"};
    return kNames[size_t(info.param)];
}

INSTANTIATE_TEST_SUITE_P(Isa, PairProductTest,
                         ::testing::Values(CpuIsa::Scalar, CpuIsa::Avx2, CpuIsa::Avx512,
                                           CpuIsa::Avx512Bf16),
                         isaName);

}  // namespace
}  // namespace hearth::test
