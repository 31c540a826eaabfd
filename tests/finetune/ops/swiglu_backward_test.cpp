#include "finetune/ops/swiglu_backward.h"

#include "tests/finetune/ops/gradient_check.h"

namespace hearth::test {
namespace {

class SwigluBackwardTest : public GradientTest {};

TEST_F(SwigluBackwardTest, MatchesFiniteDifferences) {
    Matrix x = randomMatrix(4, 2 * 21, 1);
    for (double& value : x.values)
        value *= 8.0;  // both ends of the sigmoid
    const Matrix dout = randomMatrix(4, 21, 2);
    const auto dx = zeros(4, 2 * 21);
    finetune::swigluBackward(pool(), {.x = upload(x), .dout = upload(dout), .dx = dx});
    expectGradient(
        download(dx), x, [&] { return dot(reference::swiglu(x), dout); }, "dx");
}

TEST_F(SwigluBackwardTest, MayOverwriteItsInput) {
    const auto x = upload(randomMatrix(3, 2 * 8, 1)), apart = zeros(3, 2 * 8);
    const auto dout = upload(randomMatrix(3, 8, 2));
    finetune::swigluBackward(pool(), {.x = x, .dout = dout, .dx = apart});
    finetune::swigluBackward(pool(), {.x = x, .dout = dout, .dx = x});
    EXPECT_EQ(download(x).values, download(apart).values);
}

}  // namespace
}  // namespace hearth::test
