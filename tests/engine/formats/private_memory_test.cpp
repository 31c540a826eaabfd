#include "engine/formats/private_memory.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

namespace hearth::engine {
namespace {

/// What the kernel says of the mapping that begins at an address: "rd wr ... dd lo".
std::string flagsOf(const void* address) {
    std::ostringstream begin;
    begin << std::hex << reinterpret_cast<uintptr_t>(address);
    std::ifstream maps("/proc/self/smaps");
    bool inside = false;
    for (std::string line; std::getline(maps, line);) {
        const bool heading = line.find('-') != std::string::npos && line.find(':') > line.find('-');
        if (heading)
            inside = line.starts_with(begin.str() + "-");
        else if (inside && line.starts_with("VmFlags:"))
            return line + " ";
    }
    return "";
}

TEST(PrivateMemoryTest, IsInNoCoreDumpAndLockedAsItSays) {
    const auto memory = PrivateMemory::reserve(1 << 20).valueOrThrow();
    ASSERT_EQ(memory.bytes().size(), size_t(1) << 20);
    EXPECT_EQ(memory.bytes()[12345], std::byte{0});
    const std::string flags = flagsOf(memory.bytes().data());
    ASSERT_FALSE(flags.empty());
    EXPECT_NE(flags.find(" dd "), std::string::npos) << flags;
    EXPECT_EQ(flags.find(" lo ") != std::string::npos, memory.locked()) << flags;
    EXPECT_TRUE(PrivateMemory::reserve(0).valueOrThrow().bytes().empty());
}

TEST(PrivateMemoryTest, ALimitIsNoFailure) {
    const pid_t child = fork();
    if (child == 0) {
        // Whoever may do anything is not limited.
        const rlimit none{};
        bool good = setrlimit(RLIMIT_MEMLOCK, &none) == 0;
        good = good && (geteuid() != 0 || setresuid(65534, 65534, 65534) == 0);
        const auto memory = PrivateMemory::reserve(1 << 20);
        good =
            good && memory.ok() && !memory->locked() && PrivateMemory::unlockedBytes() == (1 << 20);
        if (good)
            memory->bytes()[1000] = std::byte{7};
        _exit(good ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace hearth::engine
