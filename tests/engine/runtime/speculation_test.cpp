#include <gmock/gmock.h>

#include "engine/runtime/draft_policy.h"
#include "engine/runtime/ngram_drafter.h"

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

}  // namespace
}  // namespace hearth::engine
