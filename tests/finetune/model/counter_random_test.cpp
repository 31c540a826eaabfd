#include "finetune/model/counter_random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace hearth::finetune {
namespace {

TEST(CounterRandomTest, AnyValueCanBeMadeAlone) {
    const CounterRandom a(5, "w"), b(5, "w");
    const double tenth = b.normal(10);
    for (uint64_t i = 0; i < 10; ++i)
        (void)a.normal(i);
    EXPECT_EQ(a.normal(10), tenth);
}

TEST(CounterRandomTest, SeedsAndNamesGiveStreamsOfTheirOwn) {
    std::set<uint64_t> seen;
    for (uint64_t seed = 0; seed < 4; ++seed)
        for (const char* name : {"a", "b", "ab", ""})
            for (uint64_t i = 0; i < 100; ++i)
                seen.insert(CounterRandom(seed, name).bits(i));
    EXPECT_EQ(seen.size(), 4u * 4u * 100u);
}

TEST(CounterRandomTest, NormalHasItsMoments) {
    constexpr int kCount = 200000;
    const CounterRandom random(1, "moments");
    double sum = 0.0, squares = 0.0, fourth = 0.0;
    for (uint64_t i = 0; i < kCount; ++i) {
        const double x = random.normal(i);
        sum += x;
        squares += x * x;
        fourth += x * x * x * x;
    }
    // Five standard errors each: 1/sqrt(n), sqrt(2/n), sqrt(96/n).
    EXPECT_NEAR(sum / kCount, 0.0, 0.0112);
    EXPECT_NEAR(squares / kCount, 1.0, 0.0159);
    EXPECT_NEAR(fourth / kCount, 3.0, 0.11);
}

}  // namespace
}  // namespace hearth::finetune
