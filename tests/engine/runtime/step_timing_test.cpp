#include "engine/runtime/step_timing.h"

#include <gtest/gtest.h>

namespace hearth::engine {
namespace {

TEST(StepTiming, FindsWhatARowCosts) {
    StepTiming timing;
    for (int i = 0; i < 100; ++i) {
        const int64_t rows = 1 + i % 8;
        timing.record({.decode_rows = rows, .prefill_rows = 0}, 0.05 + 0.01 * double(rows));
    }
    EXPECT_NEAR(timing.secondsPerRow(), 0.01, 1e-9);
    EXPECT_NEAR(timing.decodeSeconds(20), 0.25, 1e-9);
}

TEST(StepTiming, KnowsWhatAPassOfDraftsTakes) {
    StepTiming timing;
    EXPECT_EQ(timing.draftSeconds(4), 0.0);
    for (int i = 0; i < 100; ++i)
        timing.recordDrafts(1 + i % 4, 0.02 + 0.001 * (1 + i % 4));
    EXPECT_NEAR(timing.draftSeconds(1), 0.021, 1e-9);
    EXPECT_NEAR(timing.draftSeconds(8), 0.028, 1e-9);
    EXPECT_EQ(timing.secondsPerRow(), 0.0) << "a step is timed without the drafts before it";
}

TEST(StepTiming, AssumesAShareOfTheStepWhileAllStepsAreAlike) {
    StepTiming timing;
    EXPECT_EQ(timing.secondsPerRow(), 0.0);
    timing.record({.decode_rows = 1, .prefill_rows = 0}, 0.04);
    EXPECT_NEAR(timing.secondsPerRow(), 0.01, 1e-9);
}

TEST(StepTiming, APromptTokenTakesWhatItAddedToTheLastStepThatHadSome) {
    StepTiming timing;
    EXPECT_EQ(timing.promptTokenSeconds(), 0.0);
    timing.record({.decode_rows = 0, .prefill_rows = 50}, 0.5);
    EXPECT_NEAR(timing.promptTokenSeconds(), 0.01, 1e-12);
    timing.record({.decode_rows = 1, .prefill_rows = 0}, 0.1);
    timing.record({.decode_rows = 1, .prefill_rows = 100}, 0.5);
    EXPECT_NEAR(timing.promptTokenSeconds(), 0.004, 1e-12);
    EXPECT_NEAR(timing.decodeSeconds(1), 0.1, 1e-12) << "a step with prompts tells nothing of it";
}

TEST(StepTiming, APartOfTheLayersTakesThatPartOfTheTime) {
    StepTiming timing;
    timing.record({.decode_rows = 1, .prefill_rows = 0}, 0.1);
    timing.record({.decode_rows = 1, .prefill_rows = 100, .prefill_part = 0.25}, 0.2);
    EXPECT_NEAR(timing.promptTokenSeconds(), 0.004, 1e-12);
}

}  // namespace
}  // namespace hearth::engine
