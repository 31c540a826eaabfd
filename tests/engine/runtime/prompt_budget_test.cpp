#include "engine/runtime/prompt_budget.h"

#include <gtest/gtest.h>

namespace hearth::engine {
namespace {

using std::chrono::milliseconds;

TEST(PromptBudget, LayersRunWhileTheyAndTheDecodesAfterThemHaveTime) {
    // Ten layers and a head of two: after layer 3, decodes take 8 * 0.01 s more.
    PromptBudget budget(milliseconds(300), 0.12, 10);
    EXPECT_TRUE(budget.goesOn(1, 0.010));
    EXPECT_TRUE(budget.goesOn(2, 0.060));   // to end at 0.110 + 0.09
    EXPECT_TRUE(budget.goesOn(3, 0.110));   // to end at 0.160 + 0.08
    EXPECT_TRUE(budget.goesOn(4, 0.160));   // to end at 0.210 + 0.07
    EXPECT_FALSE(budget.goesOn(5, 0.210));  // 0.260 + 0.06
}

TEST(PromptBudget, GoesByTheLastLayer) {
    PromptBudget budget(milliseconds(300), 0.0, 10);
    EXPECT_TRUE(budget.goesOn(0, 0.0));
    EXPECT_FALSE(budget.goesOn(1, 0.151));
    PromptBudget faster(milliseconds(300), 0.0, 10);
    EXPECT_TRUE(faster.goesOn(0, 0.0));
    EXPECT_TRUE(faster.goesOn(1, 0.149));
    EXPECT_TRUE(faster.goesOn(2, 0.2));
}

TEST(PromptBudget, ALayerRunsHoweverLongDecodesTake) {
    PromptBudget budget(milliseconds(100), 5.0, 10);
    EXPECT_TRUE(budget.goesOn(0, 4.0));
    EXPECT_FALSE(budget.goesOn(1, 5.0));
}

TEST(PromptBudget, PromptsGetAQuarterOfTheLimitBesideSlowDecodes) {
    EXPECT_DOUBLE_EQ(promptSeconds(milliseconds(400), 0.1), 0.3);
    EXPECT_DOUBLE_EQ(promptSeconds(milliseconds(400), 0.39), 0.1);
    PromptBudget budget(milliseconds(400), 0.39, 1000);
    EXPECT_TRUE(budget.goesOn(0, 0.0));
    EXPECT_TRUE(budget.goesOn(1, 0.03));
    EXPECT_TRUE(budget.goesOn(2, 0.06));
    EXPECT_FALSE(budget.goesOn(3, 0.09));
}

TEST(PromptBudget, WithoutALimitAllLayersRun) {
    PromptBudget budget(milliseconds(0), 1.0, 3);
    for (int64_t layer = 0; layer < 3; ++layer)
        EXPECT_TRUE(budget.goesOn(layer, 1000.0 * double(layer)));
}

}  // namespace
}  // namespace hearth::engine
