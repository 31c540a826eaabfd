#include "finetune/data/versions/diff.h"

#include <gtest/gtest.h>

namespace hearth::finetune {
namespace {

using Pairs = std::vector<std::pair<size_t, size_t>>;
using Rows = std::vector<size_t>;

TEST(Diff, TellsAddedRemovedAndChangedRows) {
    const RowDiff diff =
        diffRows({{"h1", "a"}, {"h2", "b"}, {"h3", "c"}}, {{"h3", "c"}, {"h4", "b"}, {"h5", "d"}});
    EXPECT_EQ(diff.unchanged, 1);
    EXPECT_EQ(diff.changed, (Pairs{{1, 1}}));
    EXPECT_EQ(diff.added, (Rows{2}));
    EXPECT_EQ(diff.removed, (Rows{0}));
}

TEST(Diff, OrderDoesNotCountAndRepeatedRowsDo) {
    EXPECT_EQ(diffRows({{"x", "p"}, {"y", "q"}}, {{"y", "q"}, {"x", "p"}}).unchanged, 2);
    const RowDiff diff = diffRows({{"x", "p"}}, {{"x", "p"}, {"x", "p"}});
    EXPECT_EQ(diff.unchanged, 1);
    EXPECT_EQ(diff.added, (Rows{1}));
}

TEST(Diff, RowsWithoutAPromptAreNeverTheSameRowChanged) {
    const RowDiff diff = diffRows({{"x", ""}}, {{"y", ""}});
    EXPECT_TRUE(diff.changed.empty());
    EXPECT_EQ(diff.added.size(), 1u);
    EXPECT_EQ(diff.removed.size(), 1u);
}

TEST(Diff, EachChangedRowHasOneCounterpart) {
    const RowDiff diff = diffRows({{"x", "p"}}, {{"y", "p"}, {"z", "p"}});
    EXPECT_EQ(diff.changed, (Pairs{{0, 0}}));
    EXPECT_EQ(diff.added, (Rows{1}));
}

TEST(Diff, OfNothingIsNothing) {
    const RowDiff diff = diffRows({}, {});
    EXPECT_EQ(diff.unchanged, 0);
    EXPECT_TRUE(diff.added.empty() && diff.removed.empty() && diff.changed.empty());
}

}  // namespace
}  // namespace hearth::finetune
