#include "tests/support/guarded_backend.h"

#include <gtest/gtest.h>

#include "engine/ops/ops.h"

namespace hearth::test {
namespace {

using namespace engine;

TEST(GuardedBackendTest, ComputesThroughTheInterface) {
    const auto backend = createGuardedBackend();
    const Tensor a = uploadFloats(*backend, std::vector<float>{1, 2, 3, 4}, {2, 2});
    const Tensor out = allocate(*backend, DType::F32, {2, 2});
    ops::add(*backend, {.a = a, .b = a, .out = out});
    const Tensor product = allocate(*backend, DType::F32, {2, 2});
    ops::matmul(*backend, {.x = out, .weight = ops::pack(*backend, a), .out = product});
    EXPECT_EQ(downloadFloats(*backend, a), (std::vector<float>{1, 2, 3, 4}));
    EXPECT_EQ(downloadFloats(*backend, product), (std::vector<float>{10, 22, 22, 50}));
}

TEST(GuardedBackendDeathTest, FaultsWhenATensorIsReadFromOutside) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    const auto backend = createGuardedBackend();
    const Tensor a = uploadFloats(*backend, std::vector<float>{1, 2}, {1, 2});
    EXPECT_DEATH({ [[maybe_unused]] volatile float value = *cpuData<float>(a); }, "");
}

TEST(GuardedBackendDeathTest, FaultsWhenATensorIsWrittenFromOutside) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    const auto backend = createGuardedBackend();
    const Tensor a = allocate(*backend, DType::F32, {8, 8});
    EXPECT_DEATH(*cpuData<float>(a) = 1.0f, "");
}

}  // namespace
}  // namespace hearth::test
