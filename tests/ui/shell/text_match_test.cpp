#include "ui/shell/text_match.h"

#include <gtest/gtest.h>

namespace hearth::ui {
namespace {

TEST(TextMatch, EveryWordMustOccur) {
    EXPECT_GT(matchRank("Import a model", "model imp"), 0);
    EXPECT_EQ(matchRank("Import a model", "model key"), 0);
}

TEST(TextMatch, AnEmptyQueryMatchesEverythingAlike) {
    EXPECT_EQ(matchRank("Overview", ""), matchRank("API keys", "  "));
}

TEST(TextMatch, TheStartOfAWordCountsMoreThanItsMiddle) {
    EXPECT_GT(matchRank("Data sets", "set"), matchRank("Unsettled", "set"));
    EXPECT_GT(matchRank("Settings", "set"), matchRank("Data sets", "set"));
}

TEST(TextMatch, IgnoresCase) {
    EXPECT_GT(matchRank("API keys", "api KEY"), 0);
}

TEST(TextMatch, FindsHangulByInitialConsonants) {
    EXPECT_EQ(initialConsonants(QStringLiteral("모델 A")), QStringLiteral("ㅁㄷ A"));
    EXPECT_EQ(initialConsonants(QStringLiteral("가힣")), QStringLiteral("ㄱㅎ"));
    EXPECT_GT(matchRank(QStringLiteral("파인튜닝"), QStringLiteral("ㅍㅇ")), 0);
    EXPECT_EQ(matchRank(QStringLiteral("파인튜닝"), QStringLiteral("ㅁㄷ")), 0);
}

}  // namespace
}  // namespace hearth::ui
