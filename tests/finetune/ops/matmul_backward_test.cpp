#include "finetune/ops/matmul_backward.h"

#include "finetune/ops/grouped_matmul_backward.h"
#include "tests/finetune/ops/gradient_check.h"

namespace hearth::test {
namespace {

class MatmulBackwardTest : public GradientTest {};

TEST_F(MatmulBackwardTest, MatchesFiniteDifferences) {
    Matrix x = randomMatrix(7, 19, 1), weight = randomMatrix(11, 19, 2);
    const Matrix dout = randomMatrix(7, 11, 3);
    const auto dx = zeros(7, 19), dweight = zeros(11, 19);
    finetune::matmulBackward(pool(), {.x = uploadStrided(x),
                                      .weight = upload(weight),
                                      .dout = uploadStrided(dout),
                                      .dx = dx,
                                      .dweight = dweight,
                                      .scale = 0.5f});
    const auto loss = [&] { return 0.5 * dot(reference::matmul(x, weight), dout); };
    expectGradient(download(dx), x, loss, "dx");
    expectGradient(download(dweight), weight, loss, "dweight");
}

TEST_F(MatmulBackwardTest, AddsToTheWeightAndOnRequestToTheInput) {
    const Matrix x = randomMatrix(4, 6, 1), weight = randomMatrix(5, 6, 2);
    const Matrix dout = randomMatrix(4, 5, 3);
    const auto once = zeros(4, 6), twice = zeros(4, 6), dweight = zeros(5, 6);
    finetune::MatmulBackwardParams params{
        .x = upload(x), .weight = upload(weight), .dout = upload(dout), .dx = once};
    finetune::matmulBackward(pool(), params);
    params.dx = twice;
    params.dweight = dweight;
    params.accumulate_dx = true;
    finetune::matmulBackward(pool(), params);
    const Matrix first = download(dweight);
    finetune::matmulBackward(pool(), params);
    for (size_t i = 0; i < first.values.size(); ++i)
        EXPECT_NEAR(download(dweight).values[i], 2.0 * first.values[i], 1e-5);
    for (size_t i = 0; i < download(once).values.size(); ++i)
        EXPECT_NEAR(download(twice).values[i], 2.0 * download(once).values[i], 1e-5);
}

/// Rows sorted by expert: 3 of expert 0, none of 1, 4 of 2.
Matrix groupedProduct(const Matrix& x, const Matrix& weights) {
    const Matrix first = reference::matmul(x.rowSlice(0, 3), weights.rowSlice(0, 5));
    const Matrix last = reference::matmul(x.rowSlice(3, 7), weights.rowSlice(10, 15));
    Matrix out = first;
    out.rows = 7;
    out.values.insert(out.values.end(), last.values.begin(), last.values.end());
    return out;
}

TEST_F(MatmulBackwardTest, GroupedMatchesFiniteDifferences) {
    Matrix x = randomMatrix(7, 9, 1), weights = randomMatrix(15, 9, 2);
    const Matrix dout = randomMatrix(7, 5, 3);
    const auto dx = zeros(7, 9), dweight = zeros(15, 9).reshaped({3, 5, 9});
    finetune::groupedMatmulBackward(pool(), {.x = upload(x),
                                             .weight = upload(weights).reshaped({3, 5, 9}),
                                             .offsets = ints({0, 3, 3, 7}),
                                             .dout = upload(dout),
                                             .dx = dx,
                                             .dweight = dweight});
    const auto loss = [&] { return dot(groupedProduct(x, weights), dout); };
    expectGradient(download(dx), x, loss, "dx");
    expectGradient(download(dweight.reshaped({15, 9})), weights, loss, "dweight");
}

TEST_F(MatmulBackwardTest, GatheredRowsReturnToTheirTokens) {
    const Matrix drows = randomMatrix(6, 4, 1);  // 3 tokens, 2 choices
    const std::vector<int32_t> pairs = {2, 5, 0, 3, 1, 4};
    const auto dx = zeros(3, 4);
    finetune::gatherTokensBackward(
        pool(), {.drows = upload(drows), .row_pair = ints(pairs), .choices = 2, .dx = dx});
    for (int64_t c = 0; c < 4; ++c) {
        EXPECT_FLOAT_EQ(float(download(dx).at(0, c)), float(drows.at(2, c) + drows.at(4, c)));
        EXPECT_FLOAT_EQ(float(download(dx).at(1, c)), float(drows.at(0, c) + drows.at(3, c)));
        EXPECT_FLOAT_EQ(float(download(dx).at(2, c)), float(drows.at(5, c) + drows.at(1, c)));
    }
}

}  // namespace
}  // namespace hearth::test
