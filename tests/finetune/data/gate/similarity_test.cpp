#include "finetune/data/gate/similarity.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace hearth::finetune {
namespace {

std::string randomWords(std::mt19937& random, int count) {
    std::string text;
    for (int i = 0; i < count; ++i)
        text += "w" + std::to_string(random() % 100'000) + " ";
    return text;
}

TEST(Shingles, DoNotCountCasePunctuationAndSpacing) {
    EXPECT_EQ(shinglesOf("Open the VALVE, slowly!"), shinglesOf("open  the\nvalve slowly"));
    EXPECT_EQ(shinglesOf("밸브를 천천히 열어 주세요."), shinglesOf("밸브를  천천히 열어 주세요"));
    EXPECT_NE(shinglesOf("open the valve"), shinglesOf("close the valve"));
    EXPECT_TRUE(shinglesOf(" ... ").empty());
    EXPECT_EQ(shinglesOf("yes").size(), 1u);
}

TEST(Shingles, OfScriptsWithoutSpacesAreCharacters) {
    EXPECT_EQ(shinglesOf("慢慢打开阀门").size(), 4u);  // six characters
    EXPECT_EQ(shinglesOf("밸브를 열어 주세요 지금").size(), 2u);
}

TEST(Jaccard, IsTheShareOfWhatBothHave) {
    EXPECT_DOUBLE_EQ(jaccard({1, 2, 3}, {2, 3, 4}), 0.5);
    EXPECT_DOUBLE_EQ(jaccard({1, 2}, {1, 2}), 1.0);
    EXPECT_DOUBLE_EQ(jaccard({1}, {2}), 0.0);
    EXPECT_DOUBLE_EQ(jaccard({}, {}), 0.0);
}

// Each pair at a similarity just above the threshold is missed with a probability below 7.3e-5, so
// of 200 pairs one is missed in fewer than 15 of 1000 choices of the words; these are fixed by the
// seed.
TEST(SimilarityIndex, FindsWhatIsSimilarAndNothingElse) {
    std::mt19937 random(7);
    SimilarityIndex index;
    std::vector<std::string> texts;
    for (int i = 0; i < 200; ++i) {
        texts.push_back(randomWords(random, 100));
        index.add(shinglesOf(texts.back()));
    }
    index.build();
    for (size_t i = 0; i < texts.size(); ++i) {
        // One changed word takes three of 98 shingles: 95 / 101 = 0.94; three far apart: 0.83.
        std::string near = texts[i];
        for (const size_t place : {near.size() / 4, near.size() / 2, near.size() * 3 / 4})
            near.replace(near.find(' ', place) + 1, 1, "z");
        const auto found = index.find(shinglesOf(near), index.size());
        ASSERT_TRUE(found) << i;
        EXPECT_EQ(found->index, i);
        EXPECT_NEAR(found->similarity, 89.0 / 107.0, 0.01);
        EXPECT_FALSE(index.find(i));  // nothing before it is like it
        EXPECT_FALSE(index.find(shinglesOf(randomWords(random, 100)), index.size()));
    }
    EXPECT_EQ(index.givenUp(), 0);
}

TEST(SimilarityIndex, LooksBackOnly) {
    SimilarityIndex index;
    for (int i = 0; i < 3; ++i)
        index.add(shinglesOf("the pump in hall two is red"));
    index.build();
    EXPECT_FALSE(index.find(0));
    ASSERT_TRUE(index.find(2));
    EXPECT_EQ(index.find(2)->index, 0u);
}

TEST(SimilarityIndex, SaysWhenItGaveUp) {
    // Texts that share a long beginning, so that bands agree, and differ enough not to be similar.
    std::mt19937 random(7);
    const std::string shared = randomWords(random, 100);
    SimilarityIndex index;
    for (int i = 0; i < 3 * kMostComparisons; ++i)
        index.add(shinglesOf(shared + randomWords(random, 20)));
    index.build();
    (void)index.find(shinglesOf(shared + randomWords(random, 20)), index.size());
    EXPECT_EQ(index.givenUp(), 1);
}

}  // namespace
}  // namespace hearth::finetune
