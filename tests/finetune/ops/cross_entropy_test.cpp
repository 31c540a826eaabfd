#include "finetune/ops/cross_entropy.h"

#include <algorithm>
#include <cmath>

#include "tests/finetune/ops/gradient_check.h"

namespace hearth::test {
namespace {

double referenceLoss(const Matrix& hidden, const Matrix& head, const std::vector<int32_t>& labels) {
    const Matrix logits = reference::matmul(hidden, head);
    double loss = 0.0;
    for (int64_t t = 0; t < logits.rows; ++t) {
        double sum = 0.0;
        for (int64_t v = 0; v < logits.columns; ++v)
            sum += std::exp(logits.at(t, v));
        loss += std::log(sum) - logits.at(t, labels[size_t(t)]);
    }
    return loss;
}

class CrossEntropyTest : public GradientTest {};

TEST_F(CrossEntropyTest, LossAndGradientMatchFiniteDifferences) {
    Matrix hidden = randomMatrix(6, 9, 1), head = randomMatrix(37, 9, 2);
    const std::vector<int32_t> labels = {0, 36, 17, 17, 5, 20};
    const auto dhidden = zeros(6, 9), dhead = zeros(37, 9);
    const auto result = finetune::crossEntropy(backend(), pool(),
                                               {.hidden = upload(hidden),
                                                .head = upload(head),
                                                .labels = ints(labels),
                                                .dhidden = dhidden,
                                                .dhead = dhead,
                                                .gradient_scale = 0.25f});
    EXPECT_NEAR(result.loss, referenceLoss(hidden, head, labels), 1e-5);
    const auto loss = [&] { return 0.25 * referenceLoss(hidden, head, labels); };
    expectGradient(download(dhidden), hidden, loss, "dhidden");
    expectGradient(download(dhead), head, loss, "dhead");
}

TEST_F(CrossEntropyTest, ChunksAddUp) {
    constexpr int64_t kRows = 1300;  // several chunks and a part of one
    const Matrix hidden = randomMatrix(kRows, 8, 1), head = randomMatrix(20, 8, 2);
    std::vector<int32_t> labels;
    for (int32_t t = 0; t < kRows; ++t)
        labels.push_back(t * 7 % 20);
    const auto result = finetune::crossEntropy(
        backend(), pool(),
        {.hidden = upload(hidden), .head = upload(head), .labels = ints(labels)});
    const double expected = referenceLoss(hidden, head, labels);
    EXPECT_NEAR(result.loss / expected, 1.0, 1e-6);
}

TEST_F(CrossEntropyTest, CountsLabelsThatAreTheLikeliest) {
    Matrix hidden(3, 2), head(4, 2);
    hidden.values = {1, 0, 0, 1, 1, 1};
    head.values = {1, 0, 0, 1, 0.5, 0.5, 1, 0};  // tokens 0 and 3 tie on the first row
    const auto count = [&](const std::vector<int32_t>& labels) {
        return finetune::crossEntropy(
                   backend(), pool(),
                   {.hidden = upload(hidden), .head = upload(head), .labels = ints(labels)})
            .correct;
    };
    EXPECT_EQ(count({0, 1, 0}), 3);
    EXPECT_EQ(count({3, 1, 1}), 1);
}

}  // namespace
}  // namespace hearth::test
