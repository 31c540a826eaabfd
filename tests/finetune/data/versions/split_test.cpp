#include "finetune/data/versions/split.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/crypto/sha256.h"

namespace hearth::finetune {
namespace {

std::vector<std::string> hashes(int count, int from = 0) {
    std::vector<std::string> all;
    for (int i = from; i < from + count; ++i)
        all.push_back(core::sha256Hex(std::to_string(i)));
    return all;
}

TEST(Split, ARowStaysWhereItIsWhenOthersCome) {
    const auto few = hashes(500);
    auto many = hashes(300, 10'000);
    many.insert(many.end(), few.begin(), few.end());
    const auto before = splitRows(few, 7, {0.8, 0.2});
    const auto after = splitRows(many, 7, {0.8, 0.2});
    EXPECT_TRUE(std::equal(before.begin(), before.end(), after.begin() + 300));
}

TEST(Split, PartsHaveTheirShares) {
    const auto parts = splitRows(hashes(10'000), 1, {0.7, 0.2});
    // Binomial: the standard deviation of the largest is 46 rows; five of them are allowed.
    EXPECT_NEAR(double(std::count(parts.begin(), parts.end(), 0u)), 7000, 230);
    EXPECT_NEAR(double(std::count(parts.begin(), parts.end(), 1u)), 2000, 200);
    EXPECT_NEAR(double(std::count(parts.begin(), parts.end(), 2u)), 1000, 150);
}

TEST(Split, SharesThatMakeAWholeLoseNoRow) {
    for (const auto& shares : {std::vector<double>{0.1, 0.2, 0.7}, {0.3, 0.3, 0.3, 0.1}, {1.0}}) {
        const auto parts = splitRows(hashes(2000), 3, shares);
        EXPECT_EQ(std::count(parts.begin(), parts.end(), shares.size()), 0);
    }
}

TEST(Split, AnotherSeedIsAnotherSplit) {
    EXPECT_EQ(splitRows(hashes(100), 1, {0.5, 0.5}), splitRows(hashes(100), 1, {0.5, 0.5}));
    EXPECT_NE(splitRows(hashes(100), 1, {0.5, 0.5}), splitRows(hashes(100), 2, {0.5, 0.5}));
}

// What was split before an update must be split alike after it.
TEST(Split, KnownRowsGoToKnownParts) {
    EXPECT_EQ(splitRows(hashes(8), 42, {0.5, 0.5}), (std::vector<size_t>{0, 1, 1, 0, 1, 1, 0, 0}));
}

}  // namespace
}  // namespace hearth::finetune
