#include <gmock/gmock.h>

#include "engine/runtime/draft_policy.h"
#include "engine/runtime/ngram_drafter.h"
#include "engine/runtime/step_timing.h"

namespace hearth::engine {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(NgramDrafter, ProposesWhatFollowedTheLatestPlace) {
    NgramDrafter drafter;
    std::vector<int32_t> text{1, 2, 3, 7, 1, 2, 3, 8, 9, 5, 1, 2, 3};
    EXPECT_THAT(drafter.draft(text, 2), ElementsAre(8, 9));
    EXPECT_THAT(drafter.draft(text, 0), IsEmpty());
    text.insert(text.end(), {6, 1, 2, 3});
    EXPECT_THAT(drafter.draft(text, 10), ElementsAre(6, 1, 2, 3));
}

TEST(NgramDrafter, HasNothingForNewText) {
    NgramDrafter drafter;
    const std::vector<int32_t> text{1, 2, 3, 4, 5, 2, 3};
    for (size_t n = 0; n <= text.size(); ++n)
        EXPECT_THAT(drafter.draft(std::span(text).first(n), 4), IsEmpty());
}

TEST(DraftPolicy, DraftsFarWhereDraftsAreAcceptedAndRowsAreCheap) {
    DraftPolicy policy;
    for (int i = 0; i < 20; ++i)
        policy.record(5, 5);
    EXPECT_EQ(policy.best({.sequences = 1, .per_row = 0.05}).count, DraftPolicy::kMaxDrafts);
    EXPECT_EQ(policy.best({.sequences = 1, .per_row = 0.05}, 3).count, 3);
    EXPECT_EQ(policy.best({.sequences = 1, .per_row = 1.5}).count, 0);
    // With sixteen sequences a row must be cheaper to pay: it costs all of them time.
    EXPECT_EQ(policy.best({.sequences = 16, .per_row = 0.1}).count, 0);
    // The same where a draft has to be made first.
    EXPECT_EQ(policy.best({.sequences = 1, .per_row = 0.05, .per_draft = 1.5}).count, 0);
}

TEST(DraftPolicy, WhatIsAssumedWeighsAsManyDraftsAsItIsTold) {
    DraftPolicy policy(1, 0.05, 4.0);
    policy.record(1, 0);
    EXPECT_NEAR(policy.acceptance(), 0.6 * 3 / 4, 1e-9);
    policy.record(1, 0);
    EXPECT_NEAR(policy.acceptance(), 0.6 * 3 / 5, 1e-9);
    for (int i = 0; i < 100; ++i)
        policy.record(1, 1);
    const double before = policy.acceptance();
    policy.record(1, 0);
    EXPECT_NEAR(policy.acceptance(), before * 0.95, 1e-9);
}

TEST(DraftPolicy, KnowsHowFarAChainOfGuessesCarries) {
    DraftPolicy policy(3);
    for (int i = 0; i < 50; ++i)
        policy.record(3, 1);  // the second one is always wrong
    EXPECT_EQ(policy.best({.sequences = 1, .per_row = 0.1, .per_draft = 0.1}).count, 1);
    DraftPolicy other(3);
    EXPECT_GT(other.best({.sequences = 1, .per_row = 0.1, .per_draft = 0.1}).count, 1);
    other.learnFrom(policy);
    EXPECT_EQ(other.best({.sequences = 1, .per_row = 0.1, .per_draft = 0.1}).count, 1);
}

TEST(DraftPolicy, StopsWhereTheyAreRefusedAndTriesAgain) {
    DraftPolicy policy;
    for (int i = 0; i < 50; ++i)
        policy.record(1, 0);
    EXPECT_EQ(policy.best({.sequences = 1, .per_row = 0.2}).count, 0);
    int64_t tried = 0;
    for (int i = 0; i < 320; ++i)
        tried += policy.probe();
    EXPECT_EQ(tried, 10);
    for (int i = 0; i < 20; ++i)
        policy.record(1, 1);
    EXPECT_GT(policy.best({.sequences = 1, .per_row = 0.2}).count, 0);
}

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

TEST(StepTiming, FitsPromptsIntoTheTimeThatDecodingLeaves) {
    StepTiming timing;
    EXPECT_GT(timing.prefillWithin(0.4, 1), 0);
    for (int i = 0; i < 20; ++i) {
        timing.record({.decode_rows = 1, .prefill_rows = 0}, 0.1);
        timing.record({.decode_rows = 1, .prefill_rows = 50}, 0.1 + 50 * 0.005);
    }
    EXPECT_NEAR(double(timing.prefillWithin(0.4, 1)), 60, 1);
    EXPECT_GT(timing.prefillWithin(0.05, 1), 0) << "a prompt must get on all the same";
    for (int i = 0; i < 20; ++i)  // ten times slower, as deep in a long context
        timing.record({.decode_rows = 1, .prefill_rows = 50}, 0.1 + 50 * 0.05);
    EXPECT_LE(timing.prefillWithin(0.4, 1), 16);
}

}  // namespace
}  // namespace hearth::engine
