#include "finetune/jobs/process_memory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace hearth::finetune {
namespace {

constexpr int64_t kBlock = int64_t{64} << 20;

TEST(ProcessMemoryTest, CountsAPeakAnew) {
    {
        std::vector<char> block(kBlock, 1);
        // Nothing but the test holds memory, so half of the block is far from anything else.
        EXPECT_GT(residentBytes(), kBlock / 2);
        ASSERT_EQ(block[kBlock / 2], 1);
    }
    releaseFreedMemory();
    const int64_t before = peakResidentBytes();
    EXPECT_GE(before, residentBytes());
    if (!restartPeak())
        GTEST_SKIP() << "the system does not let a process restart its peak";
    EXPECT_LT(peakResidentBytes(), before - kBlock / 2);
    std::vector<char> block(kBlock, 1);
    EXPECT_GT(peakResidentBytes(), residentBytes() - kBlock / 2);
    ASSERT_EQ(block[kBlock / 2], 1);
}

TEST(ProcessMemoryTest, CountsThePagesOfTheProgram) {
    EXPECT_GT(residentFileBytes(), 0);
    EXPECT_LT(residentFileBytes(), residentBytes());
}

}  // namespace
}  // namespace hearth::finetune
