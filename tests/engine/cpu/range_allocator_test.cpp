#include "engine/cpu/range_allocator.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <thread>

#include "core/result.h"
#include "tests/engine/ops/op_test_support.h"

namespace hearth::test {
namespace {

using engine::RangeAllocator;

constexpr size_t kMegabyte = size_t{1} << 20;

TEST(RangeAllocatorTest, TakesTheSmallestGapThatIsLargeEnough) {
    RangeAllocator allocator(64 * kMegabyte);
    void* large = allocator.allocate(5000);
    void* wall = allocator.allocate(64);
    void* small = allocator.allocate(3000);
    void* end = allocator.allocate(64);
    allocator.release(large, 5000);
    allocator.release(small, 3000);
    EXPECT_EQ(allocator.allocate(2900), small);
    EXPECT_EQ(allocator.allocate(4000), large);
    allocator.release(wall, 64);
    allocator.release(end, 64);
}

TEST(RangeAllocatorTest, JoinsNeighboursInAnyOrder) {
    for (const std::array<int, 3>& order : {std::array{0, 1, 2}, {2, 1, 0}, {0, 2, 1}, {1, 0, 2}}) {
        RangeAllocator allocator(64 * kMegabyte);
        std::array<void*, 3> blocks;
        for (void*& block : blocks)
            block = allocator.allocate(1000);
        allocator.allocate(64);
        const size_t extent = allocator.extent();
        for (const int i : order)
            allocator.release(blocks[size_t(i)], 1000);
        EXPECT_EQ(allocator.allocate(3000), blocks[0]);
        EXPECT_EQ(allocator.extent(), extent);
    }
}

TEST(RangeAllocatorTest, TheLastGapGrows) {
    RangeAllocator allocator(64 * kMegabyte);
    void* block = allocator.allocate(1000);
    allocator.release(block, 1000);
    EXPECT_EQ(allocator.allocate(2000), block);
    EXPECT_EQ(allocator.extent(), 2048u);
}

/// Blocks hold what is written to them, however they come and go.
TEST(RangeAllocatorTest, BlocksNeverOverlap) {
    RangeAllocator allocator(512 * kMegabyte);
    RandomValues random(1);
    struct Block {
        uint8_t* data;
        size_t bytes;
        uint8_t value;
    };
    std::vector<Block> blocks;
    for (int i = 0; i < 4000; ++i) {
        if (blocks.empty() || random.next() > -0.1f) {
            const size_t bytes = size_t(random.below(i % 10 == 0 ? 100'000 : 900));
            auto* data = static_cast<uint8_t*>(allocator.allocate(bytes));
            ASSERT_EQ(reinterpret_cast<uintptr_t>(data) % 64, 0u);
            std::memset(data, i % 251, bytes);
            blocks.push_back({data, bytes, uint8_t(i % 251)});
        } else {
            const size_t at = size_t(random.below(int64_t(blocks.size())));
            const Block block = blocks[at];
            for (size_t b = 0; b < block.bytes; ++b)
                ASSERT_EQ(block.data[b], block.value);
            allocator.release(block.data, block.bytes);
            blocks[at] = blocks.back();
            blocks.pop_back();
        }
    }
}

TEST(RangeAllocatorTest, StepsThatAreAlikeTakeNothingNew) {
    RangeAllocator allocator(512 * kMegabyte);
    const auto step = [&] {
        std::vector<std::pair<void*, size_t>> kept;
        for (size_t layer = 0; layer < 20; ++layer) {
            kept.emplace_back(allocator.allocate(30'000 + layer % 3), 30'000 + layer % 3);
            void* passing = allocator.allocate(70'000);
            kept.emplace_back(allocator.allocate(11'000), 11'000);
            allocator.release(passing, 70'000);
        }
        for (; !kept.empty(); kept.pop_back()) {
            void* gradient = allocator.allocate(40'000);
            allocator.release(kept.back().first, kept.back().second);
            allocator.release(gradient, 40'000);
        }
    };
    step();
    const size_t extent = allocator.extent();
    for (int i = 0; i < 5; ++i)
        step();
    EXPECT_EQ(allocator.extent(), extent);
}

TEST(RangeAllocatorTest, ManyThreadsMayAsk) {
    RangeAllocator allocator(512 * kMegabyte);
    std::vector<std::thread> threads;
    for (uint8_t t = 0; t < 4; ++t)
        threads.emplace_back([&allocator, t] {
            for (size_t i = 1; i < 500; ++i) {
                auto* block = static_cast<uint8_t*>(allocator.allocate(i * 7));
                std::memset(block, t, i * 7);
                EXPECT_EQ(block[i * 7 - 1], t);
                allocator.release(block, i * 7);
            }
        });
    for (std::thread& thread : threads)
        thread.join();
}

TEST(RangeAllocatorTest, AFullRangeSaysSo) {
    RangeAllocator allocator(4 * kMegabyte);
    allocator.allocate(3 * kMegabyte);
    EXPECT_THROW(allocator.allocate(2 * kMegabyte), core::Exception);
    EXPECT_NE(allocator.allocate(kMegabyte), nullptr);
}

}  // namespace
}  // namespace hearth::test
