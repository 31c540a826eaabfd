#include "finetune/ops/pair_matmul.h"

#include "finetune/ops/grouped_matmul_backward.h"
#include "tests/finetune/ops/gradient_check.h"

namespace hearth::test {
namespace {

using engine::DType;
using engine::Tensor;

// The largest relative error of rounding to BF16, and of a product of two rounded numbers.
constexpr double kRounding = 0x1p-9;
constexpr double kProductRounding = 2.02 * kRounding;

/// Within what rounding the operands can do, by Cauchy-Schwarz.
void expectProduct(const Matrix& actual, const Matrix& a, const Matrix& b, double scale) {
    const Matrix expected = reference::matmul(a, b);
    ASSERT_EQ(actual.values.size(), expected.values.size());
    for (int64_t r = 0; r < expected.rows; ++r)
        for (int64_t c = 0; c < expected.columns; ++c)
            ASSERT_NEAR(actual.at(r, c), scale * expected.at(r, c),
                        kProductRounding * scale * a.rowNorm(r) * b.rowNorm(c))
                << r << ", " << c;
}

Matrix transposed(const Matrix& m) {
    Matrix t(m.columns, m.rows);
    for (int64_t r = 0; r < m.rows; ++r)
        for (int64_t c = 0; c < m.columns; ++c)
            t.at(c, r) = m.at(r, c);
    return t;
}

class PairMatmulTest : public GradientTest {
protected:
    Matrix multiplied(finetune::PairMatmulParams params, int64_t rows, int64_t columns) {
        params.out = zeros(rows, columns);
        finetune::pairMatmul(pool(), params);
        return download(params.out);
    }
};

TEST_F(PairMatmulTest, MultipliesByTheWeightAndByItsTranspose) {
    const Matrix x = randomMatrix(13, 19, 1), weight = randomMatrix(37, 19, 2);
    const Matrix dout = randomMatrix(13, 37, 3);
    const Tensor w = upload(weight);
    expectProduct(multiplied({.x = uploadStrided(x), .weight = w, .scale = 0.5f}, 13, 37), x,
                  weight, 0.5);
    expectProduct(multiplied({.x = uploadStrided(dout), .weight = w, .transposed = true}, 13, 19),
                  dout, transposed(weight), 1.0);
}

TEST_F(PairMatmulTest, PackedPanelsGiveTheSameBits) {
    const Tensor weight = upload(randomMatrix(3 * 21, 33, 1)).reshaped({3, 21, 33});
    const finetune::PairPanels panels = finetune::packPairPanels(backend(), pool(), weight);
    const Tensor x = upload(randomMatrix(10, 33, 2)), dout = upload(randomMatrix(10, 21, 3));
    const Tensor offsets = ints({0, 4, 4, 10});
    for (const bool back : {false, true}) {
        finetune::PairMatmulParams params{
            .x = back ? dout : x, .weight = weight, .transposed = back, .offsets = offsets};
        const Matrix here = multiplied(params, 10, back ? 33 : 21);
        params.panels = back ? panels.backward : panels.forward;
        EXPECT_EQ(multiplied(params, 10, back ? 33 : 21).values, here.values);
    }
}

TEST_F(PairMatmulTest, GathersRowsOfTheirExperts) {
    const Matrix x = randomMatrix(5, 9, 1), weights = randomMatrix(2 * 6, 9, 2);
    const std::vector<int32_t> source = {4, 0, 2, 2};
    const Matrix out = multiplied({.x = upload(x),
                                   .weight = upload(weights).reshaped({2, 6, 9}),
                                   .offsets = ints({0, 1, 4}),
                                   .row_source = ints(source)},
                                  4, 6);
    for (int64_t r = 0; r < 4; ++r)
        expectProduct(out.rowSlice(r, r + 1), x.rowSlice(source[size_t(r)], source[size_t(r)] + 1),
                      r == 0 ? weights.rowSlice(0, 6) : weights.rowSlice(6, 12), 1.0);
}

TEST_F(PairMatmulTest, BackwardProductsAreThoseOfRoundedOperands) {
    const Matrix x = randomMatrix(7, 9, 1), weights = randomMatrix(3 * 5, 9, 2);
    const Matrix dout = randomMatrix(7, 5, 3);
    const auto dx = zeros(7, 9), dweight = zeros(15, 9).reshaped({3, 5, 9});
    finetune::groupedMatmulBackward(pool(), {.x = upload(x),
                                             .weight = upload(weights).reshaped({3, 5, 9}),
                                             .offsets = ints({0, 3, 3, 7}),
                                             .dout = upload(dout),
                                             .dx = dx,
                                             .dweight = dweight,
                                             .operands = DType::BF16});
    expectProduct(download(dx).rowSlice(0, 3), dout.rowSlice(0, 3),
                  transposed(weights.rowSlice(0, 5)), 1.0);
    expectProduct(download(dx).rowSlice(3, 7), dout.rowSlice(3, 7),
                  transposed(weights.rowSlice(10, 15)), 1.0);
    const Matrix gradients = download(dweight.reshaped({15, 9}));
    expectProduct(gradients.rowSlice(0, 5), transposed(dout.rowSlice(0, 3)),
                  transposed(x.rowSlice(0, 3)), 1.0);
    expectProduct(gradients.rowSlice(5, 10), Matrix(5, 1), Matrix(9, 1), 1.0);
    expectProduct(gradients.rowSlice(10, 15), transposed(dout.rowSlice(3, 7)),
                  transposed(x.rowSlice(3, 7)), 1.0);
}

}  // namespace
}  // namespace hearth::test
