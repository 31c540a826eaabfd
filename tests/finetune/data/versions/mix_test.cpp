#include "finetune/data/versions/mix.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "core/crypto/sha256.h"

namespace hearth::finetune {
namespace {

MixSource source(const std::string& name, int rows, double weight) {
    MixSource made{.name = name, .weight = weight, .rowHashes = {}};
    for (int i = 0; i < rows; ++i)
        made.rowHashes.push_back(core::sha256Hex(name + std::to_string(i)));
    return made;
}

std::map<MixedRow, int> timesTaken(const std::vector<MixedRow>& rows) {
    std::map<MixedRow, int> times;
    for (const MixedRow& row : rows)
        ++times[row];
    return times;
}

int64_t ofSource(const std::vector<MixedRow>& rows, size_t source) {
    return std::count_if(rows.begin(), rows.end(),
                         [&](const MixedRow& row) { return row.source == source; });
}

TEST(Mix, TakesAsManyAsItCanWithoutTakingOneTwice) {
    const std::vector<MixSource> sources{source("a", 100, 3), source("b", 90, 1)};
    EXPECT_EQ(rowsOfMix(sources), 133);  // 100 / 0.75
    const auto mixed = mixRows(sources, 133, 5);
    EXPECT_EQ(mixed.size(), 133u);
    EXPECT_EQ(ofSource(mixed, 0), 100);
    EXPECT_EQ(ofSource(mixed, 1), 33);
    EXPECT_EQ(timesTaken(mixed).size(), 133u);
    EXPECT_EQ(rowsOfMix({source("a", 10, 0.1), source("b", 20, 0.2)}), 30);
}

TEST(Mix, RepeatsASmallSourceEvenly) {
    const auto mixed = mixRows({source("a", 10, 1), source("b", 100, 1)}, 70, 5);
    EXPECT_EQ(ofSource(mixed, 0), 35);
    for (const auto& [row, times] : timesTaken(mixed))
        EXPECT_TRUE(row.source == 0 ? times == 3 || times == 4 : times == 1);
}

TEST(Mix, IsTheSameForTheSameSeedWhateverTheOrderOfRows) {
    const std::vector<MixSource> sources{source("a", 40, 1), source("b", 40, 1)};
    auto turned = sources;
    std::reverse(turned[0].rowHashes.begin(), turned[0].rowHashes.end());
    const auto texts = [](const std::vector<MixSource>& from, uint64_t seed) {
        std::vector<std::string> all;
        for (const MixedRow& row : mixRows(from, 40, seed))
            all.push_back(from[row.source].rowHashes[row.row]);
        return all;
    };
    EXPECT_EQ(texts(sources, 1), texts(turned, 1));
    EXPECT_NE(texts(sources, 1), texts(sources, 2));
}

TEST(Mix, SourcesStandAmongEachOther) {
    const auto mixed = mixRows({source("a", 100, 1), source("b", 100, 1)}, 200, 5);
    // 50 of each are expected in either half; five standard deviations of 3.5.
    EXPECT_NEAR(double(std::count_if(mixed.begin(), mixed.begin() + 100,
                                     [](const MixedRow& row) { return row.source == 0; })),
                50, 18);
}

}  // namespace
}  // namespace hearth::finetune
