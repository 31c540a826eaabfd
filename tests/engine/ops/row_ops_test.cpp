#include <limits>

#include "tests/engine/ops/op_test_support.h"

namespace hearth::test {
namespace {

using namespace engine;

constexpr float kInfinity = std::numeric_limits<float>::infinity();

class RowOpsTest : public BackendTest {
protected:
    std::vector<float> swiglu(const Matrix& x, float limit = 0.0f) {
        const Tensor out = empty(x.rows, x.columns / 2);
        ops::swiglu(backend(), {.x = upload(x), .out = out, .limit = limit});
        return download(out);
    }
    /// Gates from -83 to 83 beside values up in [-1, 1).
    static Matrix wideRange() {
        Matrix x(4, 2 * 301);
        RandomValues random(2);
        for (int64_t r = 0; r < 4; ++r) {
            for (int64_t i = 0; i < 301; ++i) {
                x.at(r, i) = double(float((double(i) - 150.0) * 0.55 + double(random.next())));
                x.at(r, 301 + i) = double(random.next());
            }
        }
        return x;
    }
};

TEST_P(RowOpsTest, RmsNormMatchesReferenceAlsoInPlace) {
    RandomValues random(1);
    for (int64_t width : {1, 15, 16, 33, 256, 700, 9001}) {
        const Matrix x = random.matrix(7, width, 3.0), w = random.matrix(1, width);
        const Matrix expected = reference::rmsNorm(x, w.values, 1e-6);
        const std::vector<float> weight(w.values.begin(), w.values.end());
        const Tensor target = upload(x);
        ops::rmsNorm(backend(), {.x = target,
                                 .weight = uploadFloats(backend(), weight, {width}),
                                 .out = target,
                                 .eps = 1e-6f});
        expectNear(download(target), expected, [&](int64_t r, int64_t c) {
            return kEpsilon * (8 + double(width) / 16) * std::abs(expected.at(r, c));
        });
    }
}

TEST_P(RowOpsTest, RmsNormNormalisesEachGroupByItself) {
    RandomValues random(10);
    for (int64_t groups : {1, 3, 8}) {
        for (int64_t width : {5, 16, 40}) {
            const Matrix x = random.matrix(6, groups * width + 7, 3.0);
            const Matrix w = random.matrix(1, width);
            const std::vector<float> weight(w.values.begin(), w.values.end());
            const Tensor all = upload(x), target = all.columns(3, 3 + groups * width);
            ops::rmsNorm(backend(), {.x = target,
                                     .weight = uploadFloats(backend(), weight, {width}),
                                     .out = target,
                                     .eps = 1e-5f,
                                     .groups = groups});
            for (int64_t g = 0; g < groups; ++g) {
                const int64_t begin = 3 + g * width;
                const Matrix expected =
                    reference::rmsNorm(x.slice(begin, begin + width), w.values, 1e-5);
                expectNear(download(all.columns(begin, begin + width)), expected,
                           [&](int64_t r, int64_t c) {
                               return kEpsilon * (8 + double(width) / 16) *
                                      std::abs(expected.at(r, c));
                           });
            }
            expectNear(download(all.columns(0, 3)), x.slice(0, 3),
                       [](int64_t, int64_t) { return 0.0; });
        }
    }
}

TEST_P(RowOpsTest, LayerNormMatchesReferenceAlsoInPlaceAndFarFromZero) {
    RandomValues random(11);
    for (double mean : {0.0, 100.0}) {
        for (int64_t width : {1, 15, 16, 33, 256, 700}) {
            Matrix x = random.matrix(7, width, 3.0);
            for (double& value : x.values)
                value = double(float(value + mean));
            const Matrix w = random.matrix(1, width), b = random.matrix(1, width);
            const Tensor target = upload(x);
            ops::layerNorm(backend(), {.x = target,
                                       .weight = uploadVector(w.values),
                                       .bias = uploadVector(b.values),
                                       .out = target,
                                       .eps = 1e-5f});
            const Matrix expected = reference::layerNorm(x, w.values, b.values, 1e-5);
            // A rounding of the mean shifts every centred value by up to that much, relative to
            // a deviation that is near 1.7 (1/sqrt(eps) when there is one column); the rest is
            // relative to the result.
            const double deviation = width == 1 ? std::sqrt(1e-5) : 1.0;
            const double shift = (mean + 3.0) * (2 + double(width) / 16) / deviation;
            expectNear(download(target), expected, [&](int64_t, int64_t) {
                return kEpsilon * (shift + 4 * (8 + double(width) / 16));
            });
        }
    }
}

TEST_P(RowOpsTest, ClampedSwigluMatchesReferenceOverTheWholeRange) {
    const Matrix x = wideRange();
    for (float limit : {7.0f, 0.5f}) {
        const Matrix expected = reference::clampedSwiglu(x, double(limit));
        // 1.702 as a float is off by half a unit and its product with the gate rounds once more:
        // together the exponent of e moves by |1.702 gate| of them, where the logistic still
        // depends on it (below zero). (up + 1) may cancel: its rounding is relative to up + 1.
        expectNear(swiglu(x, limit), expected, [&](int64_t r, int64_t c) {
            const double exponent = 1.702 * std::max(0.0, -x.at(r, c));
            return (8 + 3 * exponent) * kEpsilon * std::abs(expected.at(r, c)) + 1e-35;
        });
    }
}

TEST_P(RowOpsTest, ClampedSwigluKeepsTheLimits) {
    Matrix x(1, 10);
    x.values = {1000.0, 1000.0, -1000.0, double(NAN), 1.0, 1000.0, -1000.0, 1.0, 1.0, double(NAN)};
    const std::vector<float> actual = swiglu(x, 7.0f);
    EXPECT_NEAR(actual[0], 8.0f * 7.0f / (1 + std::exp(-1.702 * 7)), 1e-5);
    EXPECT_NEAR(actual[1], -6.0f * 7.0f / (1 + std::exp(-1.702 * 7)), 1e-5);
    EXPECT_EQ(actual[2], 0.0f);
    EXPECT_TRUE(std::isnan(actual[3]));
    EXPECT_TRUE(std::isnan(actual[4]));
}

TEST_P(RowOpsTest, AddBiasAndScaleWorkOnColumnViews) {
    RandomValues random(12);
    const Matrix x = random.coarseMatrix(5, 60), bias = random.coarseMatrix(1, 37);
    const Tensor all = upload(x), part = all.columns(20, 57);
    ops::addBias(backend(), {.x = part, .bias = uploadVector(bias.values), .offsets = {}});
    ops::scale(backend(), {.x = part, .factor = 0.75f});
    Matrix expected = x;
    for (int64_t r = 0; r < 5; ++r) {
        for (int64_t i = 0; i < 37; ++i)
            expected.at(r, 20 + i) = 0.75 * (x.at(r, 20 + i) + bias.at(0, i));
    }
    expectNear(download(all), expected, [](int64_t, int64_t) { return 0.0; });
}

TEST_P(RowOpsTest, ScaleColumnsTakesTheFactorsOfARowsExpertAndLeavesOtherOwners) {
    RandomValues random(14);
    const Matrix x = random.coarseMatrix(6, 50), factors = random.coarseMatrix(3, 37);
    const Tensor all = upload(x), part = all.columns(5, 42);
    const std::vector<int32_t> offsets = {0, 2, 2, 6}, tokens = {2, 0, 1, 0, 2, 1},
                               owners = {1, 0, 1};
    ops::scaleColumns(backend(), {.x = part,
                                  .factors = upload(factors),
                                  .offsets = uploadInts(backend(), offsets),
                                  .owners = uploadInts(backend(), owners),
                                  .tokens = uploadInts(backend(), tokens),
                                  .owner = 1});
    Matrix expected = x;
    for (int64_t r = 0; r < 6; ++r) {
        if (owners[size_t(tokens[size_t(r)])] != 1)
            continue;
        for (int64_t i = 0; i < 37; ++i)
            expected.at(r, 5 + i) = double(float(x.at(r, 5 + i) * factors.at(r < 2 ? 0 : 2, i)));
    }
    expectNear(download(all), expected, [](int64_t, int64_t) { return 0.0; });
    ops::scaleColumns(backend(), {.x = part,
                                  .factors = uploadVector(factors.rowSlice(1, 2).values),
                                  .offsets = {},
                                  .owners = {},
                                  .tokens = {}});
    for (int64_t r = 0; r < 6; ++r)
        for (int64_t i = 0; i < 37; ++i)
            expected.at(r, 5 + i) = double(float(expected.at(r, 5 + i) * factors.at(1, i)));
    expectNear(download(all), expected, [](int64_t, int64_t) { return 0.0; });
}

TEST_P(RowOpsTest, RowsHaveTheSameBitsAloneAndTogether) {
    RandomValues random(13);
    const Matrix x = random.matrix(6, 300, 5.0), w = random.matrix(1, 300);
    const Tensor weight = uploadVector(w.values);
    const auto run = [&](const Matrix& rows) {
        const Tensor norm = upload(rows);
        ops::layerNorm(backend(), {.x = norm, .weight = weight, .bias = weight, .out = norm});
        std::vector<float> result = swiglu(rows, 2.0f), other = download(norm);
        result.insert(result.end(), other.begin(), other.end());
        return result;
    };
    const std::vector<float> together = run(x);
    for (int64_t t = 0; t < 6; ++t) {
        std::vector<float> expected(together.begin() + t * 150, together.begin() + t * 150 + 150);
        const auto norm = together.begin() + 6 * 150 + t * 300;
        expected.insert(expected.end(), norm, norm + 300);
        expectSameBits(run(x.rowSlice(t, t + 1)), expected);
    }
}

TEST_P(RowOpsTest, RmsNormOfZerosIsZero) {
    const Tensor x = upload(Matrix(2, 20));
    const Tensor weight = uploadFloats(backend(), std::vector<float>(20, 1.0f), {20});
    ops::rmsNorm(backend(), {.x = x, .weight = weight, .out = x});
    expectSameBits(download(x), std::vector<float>(40, 0.0f));
}

TEST_P(RowOpsTest, SwigluMatchesReferenceOverTheWholeRange) {
    const Matrix x = wideRange();
    const Matrix expected = reference::swiglu(x);
    // The exponential's relative error is near 1e-7; results below e^-85 may become 0.
    expectNear(swiglu(x), expected, [&](int64_t r, int64_t c) {
        return 6 * kEpsilon * std::abs(expected.at(r, c)) + 1e-35;
    });
}

TEST_P(RowOpsTest, SwigluKeepsTheLimits) {
    Matrix x(1, 8);
    x.values = {0.0, 1000.0, -1000.0, double(NAN), 1.0, 1.0, 1.0, 1.0};
    const std::vector<float> actual = swiglu(x);
    EXPECT_EQ(actual[0], 0.0f);
    EXPECT_EQ(actual[1], 1000.0f);
    EXPECT_EQ(actual[2], 0.0f);
    EXPECT_TRUE(std::isnan(actual[3]));
}

TEST_P(RowOpsTest, EveryBackendGivesTheBitsOfTheScalarOne) {
    RandomValues random(3);
    const Matrix x = random.matrix(5, 2 * 137, 20.0), w = random.matrix(1, 274);
    const std::vector<float> weight(w.values.begin(), w.values.end());
    const auto normAndGate = [&] {
        const Tensor norm = empty(5, 274);
        ops::rmsNorm(
            backend(),
            {.x = upload(x), .weight = uploadFloats(backend(), weight, {274}), .out = norm});
        std::vector<float> all = download(norm);
        const Tensor vector = uploadFloats(backend(), weight, {274});
        ops::layerNorm(backend(), {.x = upload(x), .weight = vector, .bias = vector, .out = norm});
        for (const auto& part : {download(norm), swiglu(x), swiglu(x, 3.0f)})
            all.insert(all.end(), part.begin(), part.end());
        return all;
    };
    const auto fast = normAndGate();
    switchToScalar();
    expectSameBits(fast, normAndGate());
}

TEST_P(RowOpsTest, RopeMatchesReferenceInBothLayoutsAndTurnsBack) {
    RandomValues random(4);
    const int64_t heads = 3, stride = 20, offset = 6, half = 5;
    const Matrix cos = random.matrix(12, half), sin = random.matrix(12, half);
    const std::vector<int32_t> positions = {0, 11, 3, 3};
    for (bool interleaved : {true, false}) {
        for (bool inverse : {true, false}) {
            const Matrix x = random.matrix(4, heads * stride);
            Matrix expected = x;
            for (int64_t h = 0; h < heads; ++h)
                reference::rope(expected, positions, cos, sin, h * stride + offset, interleaved,
                                inverse);
            const Tensor target = upload(x);
            ops::rope(backend(), {.x = target,
                                  .positions = uploadInts(backend(), positions),
                                  .cos = upload(cos),
                                  .sin = upload(sin),
                                  .heads = heads,
                                  .head_stride = stride,
                                  .head_offset = offset,
                                  .interleaved = interleaved,
                                  .inverse = inverse});
            expectNear(download(target), expected, [](int64_t, int64_t) { return 4 * kEpsilon; });
        }
    }
}

TEST_P(RowOpsTest, EmbeddingReadsEveryTableType) {
    RandomValues random(5);
    const Matrix table = random.coarseMatrix(50, 37);
    const std::vector<int32_t> ids = {49, 0, 7, 7};
    for (DType type : {DType::F32, DType::BF16, DType::F16}) {
        const Tensor out = empty(4, 37);
        ops::embedding(
            backend(),
            {.table = convert(upload(table), type), .ids = uploadInts(backend(), ids), .out = out});
        const std::vector<float> actual = download(out);
        for (int64_t t = 0; t < 4; ++t) {
            for (int64_t i = 0; i < 37; ++i)
                ASSERT_EQ(double(actual[size_t(t * 37 + i)]), table.at(ids[size_t(t)], i));
        }
    }
}

TEST_P(RowOpsTest, EmbeddingScales) {
    RandomValues random(5);
    const Matrix table = random.coarseMatrix(9, 37);
    const Tensor out = empty(1, 37);
    ops::embedding(backend(), {.table = convert(upload(table), DType::BF16),
                               .ids = uploadInts(backend(), std::vector<int32_t>{8}),
                               .out = out,
                               .scale = 12.5f});
    Matrix expected = table.rowSlice(8, 9);
    for (double& value : expected.values)
        value *= 12.5;
    expectNear(download(out), expected, [](int64_t, int64_t) { return 0.0; });
}

TEST_P(RowOpsTest, CopyRoundsToNearestEvenAndKeepsSpecialValues) {
    const std::vector<float> values = {1.0f,
                                       1.0f + 0x1p-8f,    // halfway: to even, down
                                       1.0f + 0x3p-8f,    // halfway: to even, up
                                       1.0f + 0x1.1p-8f,  // above halfway
                                       kInfinity,
                                       -kInfinity,
                                       -0.0f,
                                       0x1p-133f,  // a bfloat16 subnormal
                                       3.4e38f,    // rounds to infinity in bfloat16
                                       NAN};
    const int64_t count = int64_t(values.size());
    const Tensor typed = convert(uploadFloats(backend(), values, {1, count}), DType::BF16);
    const Tensor back = empty(1, count);
    ops::copy(backend(), {.x = typed, .out = back});
    std::vector<float> actual = download(back);
    EXPECT_TRUE(std::isnan(actual.back()));
    actual.pop_back();
    expectSameBits(actual, {1.0f, 1.0f, 1.0f + 0x4p-8f, 1.0f + 0x2p-8f, kInfinity, -kInfinity,
                            -0.0f, 0x1p-133f, kInfinity});
}

TEST_P(RowOpsTest, CopyToHalfRoundsToNearestEvenAndKeepsSpecialValues) {
    const std::vector<float> values = {1.0f,     1.0f + 0x1p-11f, 1.0f + 0x3p-11f, 65504.0f,
                                       65519.0f, 65520.0f,        0x1p-24f,        0x1p-25f,
                                       0x3p-26f, -0.0f,           kInfinity};
    const int64_t count = int64_t(values.size());
    const Tensor typed = convert(uploadFloats(backend(), values, {1, count}), DType::F16);
    const Tensor back = empty(1, count);
    ops::copy(backend(), {.x = typed, .out = back});
    expectSameBits(download(back), {1.0f, 1.0f, 1.0f + 0x4p-11f, 65504.0f, 65504.0f, kInfinity,
                                    0x1p-24f, 0.0f, 0x1p-24f, -0.0f, kInfinity});
}

TEST_P(RowOpsTest, CopyMovesColumnViews) {
    RandomValues random(6);
    const Matrix x = random.matrix(5, 40);
    const Tensor out = empty(5, 60);
    ops::fillZero(backend(), out);
    ops::copy(backend(), {.x = upload(x).columns(10, 30), .out = out.columns(35, 55)});
    expectNear(download(out.columns(35, 55)), x.slice(10, 30),
               [](int64_t, int64_t) { return 0.0; });
    expectNear(download(out.columns(0, 35)), Matrix(5, 35), [](int64_t, int64_t) { return 0.0; });
}

TEST_P(RowOpsTest, CacheWriteAndGatherKeepToTheirColumnsOfTheCache) {
    RandomValues random(14);
    const Matrix rows = random.coarseMatrix(7, 21), before = random.coarseMatrix(12, 50);
    const std::vector<int32_t> pages = {2, 0}, slots = {8, 9, 10, 11, 0, 1, 2};
    for (DType type : {DType::F32, DType::BF16}) {
        const Tensor all = convert(upload(before), type), cache = all.columns(18, 39);
        ops::cacheWrite(
            backend(),
            {.rows = upload(rows), .slots = uploadInts(backend(), slots), .cache = cache});
        const Tensor wide = empty(7, 30), back = wide.columns(4, 25);
        ops::fillZero(backend(), wide);
        ops::cacheGather(backend(), {.cache = cache,
                                     .page_table = uploadInts(backend(), pages),
                                     .page_tokens = 4,
                                     .length = 7,
                                     .out = back});
        Matrix expectedCache = before, expectedWide(7, 30);
        for (int64_t j = 0; j < 7; ++j) {
            for (int64_t d = 0; d < 21; ++d) {
                expectedCache.at(slots[size_t(j)], 18 + d) = rows.at(j, d);
                expectedWide.at(j, 4 + d) = rows.at(j, d);
            }
        }
        const auto exactly = [](int64_t, int64_t) { return 0.0; };
        expectNear(download(wide), expectedWide, exactly);
        expectNear(download(convert(all, DType::F32)), expectedCache, exactly);
    }
}

TEST_P(RowOpsTest, FillZeroClearsTheViewOnly) {
    RandomValues random(7);
    const Matrix x = random.matrix(3, 20);
    const Tensor t = upload(x);
    ops::fillZero(backend(), t.columns(5, 9));
    expectNear(download(t.columns(5, 9)), Matrix(3, 4), [](int64_t, int64_t) { return 0.0; });
    expectNear(download(t.columns(9, 20)), x.slice(9, 20), [](int64_t, int64_t) { return 0.0; });
}

TEST_P(RowOpsTest, AddMayWriteOverAnOperand) {
    RandomValues random(8);
    const Matrix a = random.coarseMatrix(6, 50), b = random.coarseMatrix(6, 50);
    const Tensor ta = upload(a);
    ops::add(backend(), {.a = ta, .b = upload(b), .out = ta});
    Matrix expected = a;
    for (size_t i = 0; i < expected.values.size(); ++i)
        expected.values[i] += b.values[i];
    expectNear(download(ta), expected, [](int64_t, int64_t) { return 0.0; });
}

TEST_P(RowOpsTest, GatherRowsRepeatsAndReorders) {
    RandomValues random(9);
    const Matrix x = random.matrix(6, 21);
    const std::vector<int32_t> ids = {5, 0, 5, 2};
    const Tensor out = empty(4, 21);
    ops::gatherRows(backend(), {.x = upload(x), .ids = uploadInts(backend(), ids), .out = out});
    for (int64_t i = 0; i < 4; ++i)
        expectNear(download(out.rows(i, i + 1)), x.rowSlice(ids[size_t(i)], ids[size_t(i)] + 1),
                   [](int64_t, int64_t) { return 0.0; });
}

HEARTH_ON_EVERY_BACKEND(RowOpsTest);

}  // namespace
}  // namespace hearth::test
