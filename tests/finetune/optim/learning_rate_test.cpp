#include "finetune/optim/learning_rate.h"

#include <gtest/gtest.h>

namespace hearth::finetune {
namespace {

LearningRateSchedule schedule(DecayShape decay) {
    return {.peak = 2.0, .decay = decay, .warmup_steps = 4, .total_steps = 14, .min_ratio = 0.1};
}

TEST(LearningRateTest, WarmsUpToThePeak) {
    for (const DecayShape decay : {DecayShape::Constant, DecayShape::Linear, DecayShape::Cosine}) {
        EXPECT_DOUBLE_EQ(schedule(decay).at(0), 0.5);
        EXPECT_DOUBLE_EQ(schedule(decay).at(3), 2.0);
        EXPECT_DOUBLE_EQ(schedule(decay).at(4), 2.0);
    }
}

TEST(LearningRateTest, FallsToTheFloorAndStaysThere) {
    EXPECT_DOUBLE_EQ(schedule(DecayShape::Linear).at(9), 1.1);
    EXPECT_NEAR(schedule(DecayShape::Cosine).at(9), 1.1, 1e-12);
    EXPECT_GT(schedule(DecayShape::Cosine).at(6), schedule(DecayShape::Linear).at(6));
    EXPECT_NEAR(schedule(DecayShape::Cosine).at(14), 0.2, 1e-12);
    EXPECT_NEAR(schedule(DecayShape::Cosine).at(100), 0.2, 1e-12);
    EXPECT_DOUBLE_EQ(schedule(DecayShape::Linear).at(100), 0.2);
    EXPECT_DOUBLE_EQ(schedule(DecayShape::Constant).at(100), 2.0);
}

TEST(LearningRateTest, WorksWithoutWarmUpAndWithMoreWarmUpThanSteps) {
    EXPECT_DOUBLE_EQ((LearningRateSchedule{.peak = 1.0, .total_steps = 5}).at(0), 1.0);
    const LearningRateSchedule warm{.peak = 1.0, .warmup_steps = 10, .total_steps = 5};
    EXPECT_DOUBLE_EQ(warm.at(4), 0.5);
    EXPECT_DOUBLE_EQ(warm.at(9), 1.0);
}

}  // namespace
}  // namespace hearth::finetune
