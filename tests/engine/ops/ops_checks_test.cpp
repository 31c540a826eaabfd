#include "tests/engine/ops/op_test_support.h"

namespace hearth::test {
namespace {

using namespace engine;

class OpsChecksDeathTest : public ::testing::Test {
protected:
    OpsChecksDeathTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
    Tensor f32(int64_t rows, int64_t columns) {
        return allocate(*m_backend, DType::F32, {rows, columns});
    }
    std::unique_ptr<Backend> m_backend = createCpuBackend({.threads = 1});
};

TEST_F(OpsChecksDeathTest, MatmulStopsAtWrongDepth) {
    EXPECT_DEATH(ops::matmul(*m_backend, {.x = f32(2, 8), .weight = f32(4, 7), .out = f32(2, 4)}),
                 "broken invariant");
}

TEST_F(OpsChecksDeathTest, MatmulStopsAtWrongOutput) {
    EXPECT_DEATH(ops::matmul(*m_backend, {.x = f32(2, 8), .weight = f32(4, 8), .out = f32(2, 5)}),
                 "broken invariant");
}

TEST_F(OpsChecksDeathTest, ActivationsMustBeF32) {
    const Tensor x = allocate(*m_backend, DType::BF16, {2, 8});
    EXPECT_DEATH(ops::swiglu(*m_backend, {.x = x, .out = f32(2, 4)}), "broken invariant");
}

TEST_F(OpsChecksDeathTest, UndefinedTensorsAreRefused) {
    EXPECT_DEATH(ops::add(*m_backend, {.a = f32(1, 1), .b = {}, .out = f32(1, 1)}),
                 "broken invariant");
}

TEST_F(OpsChecksDeathTest, AttentionSegmentsMustLieInside) {
    const AttentionSegment segment{0, 3, 0, 5};
    EXPECT_DEATH(ops::causalAttention(*m_backend, {.q = f32(3, 8),
                                                   .k = f32(4, 8),
                                                   .v = f32(4, 8),
                                                   .out = f32(3, 8),
                                                   .lse = {},
                                                   .segments = std::span(&segment, 1),
                                                   .heads = 2}),
                 "broken invariant");
}

TEST_F(OpsChecksDeathTest, OpsRefuseAPackedWeightAsAnActivation) {
    const Tensor packed = ops::pack(*m_backend, f32(4, 4));
    EXPECT_DEATH(ops::add(*m_backend, {.a = packed, .b = f32(4, 4), .out = f32(4, 4)}),
                 "broken invariant");
}

}  // namespace
}  // namespace hearth::test
