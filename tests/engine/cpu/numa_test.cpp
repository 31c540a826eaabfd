#include "engine/cpu/numa.h"

#include <gmock/gmock.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <thread>

namespace hearth::engine {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(NumaTest, ReadsTheKernelsLists) {
    EXPECT_THAT(parseNodeList("0\n"), ElementsAre(0));
    EXPECT_THAT(parseNodeList("0-2,5"), ElementsAre(0, 1, 2, 5));
    for (const char* bad : {"", "\n", "a", "1-", "2-1", "-1", "1,,2", "0-99999999", "1 2"})
        EXPECT_THAT(parseNodeList(bad), IsEmpty()) << bad;
}

TEST(NumaTest, SpreadsTheMemoryOfAThread) {
    const std::vector<int> nodes = memoryNodes();
    if (nodes.empty())
        GTEST_SKIP() << "this system does not tell its nodes";
    std::thread([&] {
        if (!spreadMemoryOver(nodes))
            GTEST_SKIP() << "this system forbids memory policies";
        int policy = -1;
        std::array<unsigned long, 16> mask{};
        ASSERT_EQ(syscall(SYS_get_mempolicy, &policy, mask.data(), 1024, nullptr, 0), 0);
        EXPECT_EQ(policy, 3);  // MPOL_INTERLEAVE
        EXPECT_EQ(mask[0] & 1, nodes.front() == 0 ? 1 : 0);
    }).join();
    EXPECT_EQ(nodes.size() > 1, spreadMemory());
}

}  // namespace
}  // namespace hearth::engine
