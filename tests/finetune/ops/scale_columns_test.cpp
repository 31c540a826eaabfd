#include "finetune/ops/scale_columns.h"

#include "tests/finetune/ops/gradient_check.h"

namespace hearth::test {
namespace {

class ScaleColumnsTest : public GradientTest {};

/// Rows 0 to 2 have the factors of expert 0, rows 3 to 6 those of expert 2.
Matrix scaled(const Matrix& x, const Matrix& factors) {
    Matrix out = x;
    for (int64_t t = 0; t < x.rows; ++t)
        for (int64_t i = 0; i < x.columns; ++i)
            out.at(t, i) *= factors.at(t < 3 ? 0 : 2, i);
    return out;
}

TEST_F(ScaleColumnsTest, OfExpertsMatchesFiniteDifferences) {
    const Matrix x = randomMatrix(7, 19, 1), dout = randomMatrix(7, 19, 3);
    Matrix factors = randomMatrix(3, 19, 2);
    const auto offsets = ints({0, 3, 3, 7});
    const auto out = zeros(7, 19), dfactors = zeros(3, 19);
    finetune::scaleColumns(
        pool(),
        {.x = uploadStrided(x), .factors = upload(factors), .offsets = offsets, .out = out});
    const Matrix expected = scaled(x, factors), actual = download(out);
    for (size_t i = 0; i < expected.values.size(); ++i)
        EXPECT_EQ(actual.values[i], double(float(expected.values[i])));
    finetune::scaleColumnsBackward(pool(), {.x = uploadStrided(x),
                                            .dout = uploadStrided(dout),
                                            .offsets = offsets,
                                            .dfactors = dfactors});
    expectGradient(
        download(dfactors), factors, [&] { return dot(scaled(x, factors), dout); }, "dfactors");
}

TEST_F(ScaleColumnsTest, AddsOnRequest) {
    const Matrix x = randomMatrix(4, 70, 1), factors = randomMatrix(1, 70, 2);
    const Matrix before = randomMatrix(4, 70, 3);
    const auto out = upload(before);
    finetune::scaleColumns(pool(), {.x = upload(x),
                                    .factors = vector(factors),
                                    .offsets = {},
                                    .out = out,
                                    .accumulate = true});
    const Matrix actual = download(out);
    for (int64_t t = 0; t < 4; ++t)
        for (int64_t i = 0; i < 70; ++i)
            EXPECT_NEAR(actual.at(t, i), before.at(t, i) + factors.at(0, i) * x.at(t, i), 1e-6);
}

}  // namespace
}  // namespace hearth::test
