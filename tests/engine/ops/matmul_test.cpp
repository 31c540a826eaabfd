#include <numeric>

#include "tests/engine/ops/op_test_support.h"

namespace hearth::test {
namespace {

using namespace engine;

/// depth roundings of a sum whose terms are bounded by the rows' norms.
double dotTolerance(const Matrix& x, int64_t row, const Matrix& weight, int64_t output) {
    return double(x.columns + 2) * kEpsilon * x.rowNorm(row) * weight.rowNorm(output);
}

class MatmulTest : public BackendTest {
protected:
    std::vector<float> product(const Tensor& x, const Tensor& weight) {
        Tensor out = empty(x.dim(0), weight.dim(0));
        ops::matmul(backend(), {.x = x, .weight = weight, .out = out});
        return download(out);
    }
};

struct Shape {
    int64_t tokens, in, out;
};
const Shape kShapes[] = {{1, 1, 1},    {1, 64, 96},    {1, 37, 300},  {2, 70, 65},
                         {3, 96, 160}, {7, 33, 31},    {13, 128, 33}, {17, 40, 100},
                         {50, 65, 47}, {131, 256, 64}, {64, 8, 200},  {5, 700, 130}};

TEST_P(MatmulTest, MatchesReferenceForEveryWeightTypeAndLayout) {
    RandomValues random(1);
    for (const Shape& s : kShapes) {
        const Matrix x = random.matrix(s.tokens, s.in), w = random.coarseMatrix(s.out, s.in);
        const Matrix expected = reference::matmul(x, w);
        const Tensor tx = upload(x), tw = upload(w);
        for (DType type : {DType::F32, DType::BF16, DType::F16}) {
            SCOPED_TRACE(testing::Message()
                         << s.tokens << "x" << s.in << "x" << s.out << " " << dtypeName(type));
            const Tensor typed = convert(tw, type);
            const Tensor packed = ops::pack(backend(), typed);
            EXPECT_EQ(packed.dtype(), type);
            const auto rowMajor = product(tx, typed);
            expectNear(rowMajor, expected,
                       [&](int64_t r, int64_t c) { return dotTolerance(x, r, w, c); });
            expectSameBits(rowMajor, product(tx, packed));
        }
    }
}

TEST_P(MatmulTest, RowHasTheSameBitsAloneAndAmongOthers) {
    RandomValues random(2);
    for (int64_t in : {48, 300}) {
        const Matrix x = random.matrix(17, in), w = random.matrix(150, in);
        const Tensor tx = upload(x), packed = ops::pack(backend(), upload(w));
        const auto together = product(tx, packed);
        for (int64_t begin = 0; begin < 17; ++begin) {
            for (int64_t count : {1, 2, 3, 5}) {
                const int64_t end = std::min<int64_t>(17, begin + count);
                const auto some = product(tx.rows(begin, end), packed);
                expectSameBits(some,
                               {together.begin() + begin * 150, together.begin() + end * 150});
            }
        }
    }
}

TEST_P(MatmulTest, EveryBackendGivesTheBitsOfTheScalarOne) {
    RandomValues random(3);
    const Matrix x = random.matrix(29, 333), w = random.matrix(77, 333);
    const auto fast = product(upload(x), upload(w));
    switchToScalar();
    expectSameBits(fast, product(upload(x), upload(w)));
}

TEST_P(MatmulTest, ReadsAndWritesColumnViewsAndLeavesNeighboursAlone) {
    RandomValues random(4);
    const Matrix x = random.matrix(9, 100), w = random.matrix(20, 40);
    const Tensor out = upload(random.matrix(9, 50));
    const auto before = download(out);
    ops::matmul(backend(),
                {.x = upload(x).columns(30, 70), .weight = upload(w), .out = out.columns(7, 27)});
    const Matrix sliced = x.slice(30, 70);
    expectNear(download(out.columns(7, 27)), reference::matmul(sliced, w),
               [&](int64_t r, int64_t c) { return dotTolerance(sliced, r, w, c); });
    const auto after = download(out);
    for (size_t i = 0; i < after.size(); ++i) {
        if (i % 50 < 7 || i % 50 >= 27) {
            ASSERT_EQ(after[i], before[i]) << i;
        }
    }
}

TEST_P(MatmulTest, AccumulatesScaled) {
    RandomValues random(5);
    const Matrix x = random.matrix(6, 48), w = random.matrix(33, 48), start = random.matrix(6, 33);
    Matrix expected = reference::matmul(x, w);
    for (size_t i = 0; i < expected.values.size(); ++i)
        expected.values[i] = start.values[i] - 0.5 * expected.values[i];
    const Tensor out = upload(start);
    ops::matmul(
        backend(),
        {.x = upload(x), .weight = upload(w), .out = out, .accumulate = true, .scale = -0.5f});
    expectNear(download(out), expected,
               [&](int64_t r, int64_t c) { return dotTolerance(x, r, w, c) + 2 * kEpsilon; });
}

TEST_P(MatmulTest, PerHeadMultipliesEachHeadByItsOwnWeight) {
    RandomValues random(6);
    const int64_t heads = 5, in = 24, outputs = 40, stride = 30;
    const Matrix x = random.matrix(11, heads * stride), w = random.matrix(heads * outputs, in);
    const Tensor weight = upload(w).reshaped({heads, outputs, in});
    for (const Tensor& form : {weight, ops::pack(backend(), weight)}) {
        const Tensor out = empty(11, heads * outputs);
        ops::perHeadMatmul(backend(),
                           {.x = upload(x), .x_head_stride = stride, .weight = form, .out = out});
        for (int64_t h = 0; h < heads; ++h) {
            const Matrix xh = x.slice(h * stride, h * stride + in);
            const Matrix wh = w.rowSlice(h * outputs, (h + 1) * outputs);
            expectNear(download(out.columns(h * outputs, (h + 1) * outputs)),
                       reference::matmul(xh, wh),
                       [&](int64_t r, int64_t c) { return dotTolerance(xh, r, wh, c); });
        }
    }
}

TEST_P(MatmulTest, GroupedUsesEachRowsExpertAndSkipsEmptyGroups) {
    RandomValues random(7);
    const int64_t experts = 6, in = 40, outputs = 35, rows = 30;
    const std::vector<int32_t> offsets = {0, 0, 14, 15, 15, 30, 30};
    const Matrix x = random.matrix(9, in), w = random.matrix(experts * outputs, in);
    std::vector<int32_t> source(static_cast<size_t>(rows));
    for (int32_t& s : source)
        s = int32_t(random.below(9));
    const Tensor weight = upload(w).reshaped({experts, outputs, in});
    for (const Tensor& form : {weight, ops::pack(backend(), weight)}) {
        const Tensor out = empty(rows, outputs);
        ops::groupedMatmul(backend(), {.x = upload(x),
                                       .weight = form,
                                       .offsets = uploadInts(backend(), offsets),
                                       .row_source = uploadInts(backend(), source),
                                       .out = out});
        for (int64_t row = 0, e = 0; row < rows; ++row) {
            while (offsets[size_t(e) + 1] <= row)
                ++e;
            const Matrix xr = x.rowSlice(source[size_t(row)], source[size_t(row)] + 1);
            const Matrix we = w.rowSlice(e * outputs, (e + 1) * outputs);
            expectNear(download(out.rows(row, row + 1)), reference::matmul(xr, we),
                       [&](int64_t r, int64_t c) { return dotTolerance(xr, r, we, c); });
        }
    }
}

TEST_P(MatmulTest, GroupedRowHasTheSameBitsAsMatmul) {
    RandomValues random(8);
    const Matrix x = random.matrix(20, 64), w = random.matrix(2 * 48, 64);
    const std::vector<int32_t> offsets = {0, 3, 20};
    const Tensor tx = upload(x), tw = upload(w), out = empty(20, 48);
    ops::groupedMatmul(backend(), {.x = tx,
                                   .weight = ops::pack(backend(), tw.reshaped({2, 48, 64})),
                                   .offsets = uploadInts(backend(), offsets),
                                   .out = out});
    for (int64_t row = 0; row < 20; ++row) {
        const int64_t e = row < 3 ? 0 : 1;
        expectSameBits(download(out.rows(row, row + 1)),
                       product(tx.rows(row, row + 1), tw.rows(e * 48, (e + 1) * 48)));
    }
}

HEARTH_ON_EVERY_BACKEND(MatmulTest);

}  // namespace
}  // namespace hearth::test
