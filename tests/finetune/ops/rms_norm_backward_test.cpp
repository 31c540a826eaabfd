#include "finetune/ops/rms_norm_backward.h"

#include "tests/finetune/ops/gradient_check.h"

namespace hearth::test {
namespace {

class RmsNormBackwardTest : public GradientTest {};

TEST_F(RmsNormBackwardTest, MatchesFiniteDifferences) {
    Matrix x = randomMatrix(5, 37, 1), weight = randomMatrix(1, 37, 2);
    const Matrix dout = randomMatrix(5, 37, 3);
    const auto dx = zeros(5, 37), dweight = zeros(1, 37).reshaped({37});
    finetune::rmsNormBackward(pool(), {.x = uploadStrided(x),
                                       .weight = vector(weight),
                                       .dout = upload(dout),
                                       .dx = dx,
                                       .dweight = dweight,
                                       .eps = 0.01f});
    const double eps = 0.01f;
    const auto loss = [&] { return dot(reference::rmsNorm(x, weight.values, eps), dout); };
    expectGradient(download(dx), x, loss, "dx");
    expectGradient(download(dweight), weight, loss, "dweight");
}

TEST_F(RmsNormBackwardTest, MayOverwriteTheGradientOfItsOutput) {
    const Matrix x = randomMatrix(6, 20, 1), weight = randomMatrix(1, 20, 2);
    const auto dout = upload(randomMatrix(6, 20, 3));
    const auto apart = zeros(6, 20), apartWeight = zeros(1, 20).reshaped({20});
    const auto inPlaceWeight = zeros(1, 20).reshaped({20});
    finetune::RmsNormBackwardParams params{.x = upload(x),
                                           .weight = vector(weight),
                                           .dout = dout,
                                           .dx = apart,
                                           .dweight = apartWeight};
    finetune::rmsNormBackward(pool(), params);
    params.dx = dout;
    params.dweight = inPlaceWeight;
    finetune::rmsNormBackward(pool(), params);
    EXPECT_EQ(download(dout).values, download(apart).values);
    EXPECT_EQ(download(inPlaceWeight).values, download(apartWeight).values);
}

}  // namespace
}  // namespace hearth::test
