// Losses of log-probabilities that a method computes.
#include <cmath>
#include <numeric>

#include "tests/finetune/model/trainable_fixture.h"

namespace hearth::test {
namespace {

using finetune::LossSums;
using finetune::TrainableOptions;

TEST_F(TrainableModelTest, ALossOfLogProbabilitiesGivesTheGradientOfLikelihood) {
    const finetune::PackedBatch batch = tinyBatch({9, 14}, 1, [](int64_t i) { return i % 3 != 0; });
    const auto usual = tinyModel(*backend, {.initializer_range = kLargeInit});
    const LossSums expected = usual->accumulate(batch);
    const auto model = tinyModel(*backend, {.initializer_range = kLargeInit});
    const auto outside = model->logProbabilities(batch);
    const auto labels = size_t(batch.labelCount());
    ASSERT_EQ(outside.size(), labels);
    EXPECT_NEAR(-std::accumulate(outside.begin(), outside.end(), 0.0), expected.loss, 1e-9);
    const LossSums sums = model->accumulateLoss(batch, [&](std::span<const double> inside) {
        EXPECT_EQ(std::vector<double>(inside.begin(), inside.end()), outside);
        return std::vector<float>(labels, float(-1.0 / double(labels)));
    });
    EXPECT_EQ(sums.loss, expected.loss);
    EXPECT_EQ(sums.correct, expected.correct);
    // The same operations with the same numbers.
    EXPECT_TRUE(std::ranges::equal(model->trained().gradients(), usual->trained().gradients()));
    EXPECT_EQ(model->expertUse(), usual->expertUse());
}

TEST_F(TrainableModelTest, ALossOfLogProbabilitiesTakesTheBalanceLossAlong) {
    const finetune::PackedBatch batch = tinyBatch({9, 14}, 1, [](int64_t i) { return i % 3 != 0; });
    const TrainableOptions options{.initializer_range = kLargeInit, .balance_alpha = 0.5};
    const auto usual = tinyModel(*backend, options), model = tinyModel(*backend, options);
    const LossSums expected = usual->accumulate(batch);
    ASSERT_GT(expected.balance_loss, 0.0);
    const auto labels = size_t(batch.labelCount());
    const LossSums sums = model->accumulateLoss(batch, [&](std::span<const double>) {
        return std::vector<float>(labels, float(-1.0 / double(labels)));
    });
    EXPECT_DOUBLE_EQ(sums.balance_loss, expected.balance_loss);
    EXPECT_TRUE(std::ranges::equal(model->trained().gradients(), usual->trained().gradients()));

    // Of a quarter of a window: a quarter of the gradient, and the same loss.
    const auto none = [&](std::span<const double>) { return std::vector<float>(labels, 0.0f); };
    model->zeroGradients();
    EXPECT_DOUBLE_EQ(model->accumulateLoss(batch, none, 0.25).balance_loss, sums.balance_loss);
    const auto values = model->trained().gradients();
    const std::vector<float> quarter(values.begin(), values.end());
    model->zeroGradients();
    model->accumulateLoss(batch, none);
    for (size_t i = 0; i < quarter.size(); ++i)
        ASSERT_NEAR(4.0 * quarter[i], values[i], 1e-6 + 1e-5 * std::abs(values[i]));
}

}  // namespace
}  // namespace hearth::test
