#include "engine/runtime/stop_matcher.h"

#include <gtest/gtest.h>

namespace hearth::engine {
namespace {

std::string run(StopMatcher& matcher, const std::vector<std::string>& pieces) {
    std::string shown;
    for (const auto& piece : pieces)
        shown += matcher.push(piece);
    return shown + matcher.flush();
}

TEST(StopMatcher, ShowsEverythingWithoutStops) {
    StopMatcher matcher({""});
    EXPECT_EQ(run(matcher, {"a", "b"}), "ab");
    EXPECT_FALSE(matcher.stopped());
}

TEST(StopMatcher, CutsAtAStopThatIsSplitOverPieces) {
    StopMatcher matcher({"END"});
    EXPECT_EQ(run(matcher, {"one E", "N", "D two"}), "one ");
    EXPECT_TRUE(matcher.stopped());
}

TEST(StopMatcher, NeverShowsTheBeginningOfAStop) {
    StopMatcher matcher({"\n\n"});
    EXPECT_EQ(matcher.push("line\n"), "line");
    EXPECT_EQ(matcher.push("next"), "\nnext");
}

TEST(StopMatcher, TheEarliestOfSeveralWins) {
    StopMatcher matcher({"xyz", "b"});
    EXPECT_EQ(run(matcher, {"aab xyz"}), "aa");
}

TEST(StopMatcher, FindsAStopThatBeginsInsideAFalseStart) {
    StopMatcher matcher({"aab"});
    EXPECT_EQ(run(matcher, {"a", "a", "a", "b"}), "a");
    EXPECT_TRUE(matcher.stopped());
}

TEST(StopMatcher, ReleasesHeldTextAtTheEnd) {
    StopMatcher matcher({"END"});
    EXPECT_EQ(run(matcher, {"EN"}), "EN");
    EXPECT_FALSE(matcher.stopped());
}

}  // namespace
}  // namespace hearth::engine
