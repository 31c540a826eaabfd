#include "engine/cpu/cpu_backend.h"

#include <gtest/gtest.h>

#include "engine/cpu/host_allocator.h"
#include "engine/cpu/thread_pool.h"

namespace hearth::test {
namespace {

using namespace engine;

TEST(CpuBackendTest, DescribesItself) {
    const auto backend = createCpuBackend({.threads = 2, .isa = CpuIsa::Scalar});
    EXPECT_EQ(backend->description(), "cpu scalar, 2 threads");
    EXPECT_EQ(cpuThreadPool(*backend).threads(), 2);
}

TEST(CpuBackendTest, RoundTripsDataThroughViews) {
    const auto backend = createCpuBackend({.threads = 1});
    const Tensor t = uploadFloats(*backend, std::vector<float>{1, 2, 3, 4, 5, 6}, {2, 3});
    EXPECT_EQ(downloadFloats(*backend, t.columns(1, 3)), (std::vector<float>{2, 3, 5, 6}));
    EXPECT_EQ(downloadFloats(*backend, t.rows(1, 2)), (std::vector<float>{4, 5, 6}));
    const std::vector<float> patch = {8, 9};
    backend->upload(t.columns(2, 3), std::as_bytes(std::span(patch)));
    EXPECT_EQ(downloadFloats(*backend, t), (std::vector<float>{1, 2, 8, 4, 5, 9}));
    EXPECT_EQ(cpuData<float>(t.rows(1, 2)), cpuData<float>(t) + 3);
}

TEST(CpuBackendTest, TensorsOutliveTheBackend) {
    Tensor t;
    {
        const auto backend = createCpuBackend({.threads = 1});
        t = uploadFloats(*backend, std::vector<float>(1000, 2.0f), {1000});
    }
    EXPECT_EQ(cpuData<float>(t)[999], 2.0f);
}

TEST(CpuBackendTest, HoldsEmptyTensors) {
    const auto backend = createCpuBackend({.threads = 1});
    const Tensor t = allocate(*backend, DType::F32, {0, 5});
    EXPECT_TRUE(downloadFloats(*backend, t).empty());
}

TEST(CachingAllocatorTest, ReusesReleasedBlocksOfTheSameSize) {
    CachingAllocator allocator;
    void* first = allocator.allocate(10000);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(first) % 64, 0u);
    allocator.release(first, 10000);
    EXPECT_EQ(allocator.allocate(10000), first);
    void* other = allocator.allocate(10000);
    EXPECT_NE(other, first);
    allocator.release(first, 10000);
    allocator.release(other, 10000);
}

TEST(CachingAllocatorTest, BlocksAreLargeEnough) {
    CachingAllocator allocator;
    for (size_t bytes : {1, 63, 64, 65, 511, 513, 1000, 4097, 1 << 20, (1 << 20) + 1}) {
        auto* block = static_cast<char*>(allocator.allocate(bytes));
        std::fill(block, block + bytes, char(1));  // the address sanitiser checks the end
        allocator.release(block, bytes);
    }
}

}  // namespace
}  // namespace hearth::test
