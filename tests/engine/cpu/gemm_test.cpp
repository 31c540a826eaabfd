#include "engine/cpu/gemm.h"

#include "tests/engine/ops/op_test_support.h"

namespace hearth::test {
namespace {

using engine::GemmParams;
using engine::ThreadPool;

struct Operands {
    int64_t M, N, K;
    Matrix a, b;  // op(a): [M, K], op(b): [N, K] (both with K last)
};

/// A matrix as floats with gaps between rows, transposed when asked.
struct Stored {
    Stored(const Matrix& m, bool transposed, int64_t gap) : transposed(transposed) {
        const int64_t rows = transposed ? m.columns : m.rows;
        stride = (transposed ? m.rows : m.columns) + gap;
        values.assign(size_t(rows * stride), NAN);
        for (int64_t r = 0; r < m.rows; ++r) {
            for (int64_t c = 0; c < m.columns; ++c)
                values[size_t(transposed ? c * stride + r : r * stride + c)] = float(m.at(r, c));
        }
    }
    bool transposed;
    int64_t stride;
    std::vector<float> values;
};

std::vector<float> run(ThreadPool& pool, const Operands& o, bool transA, bool transB,
                       const std::vector<float>& start, bool accumulate, float alpha) {
    const Stored a(o.a, transA, 3), b(o.b, !transB, 5);
    std::vector<float> c = start;
    engine::gemm(pool, {.M = o.M,
                        .N = o.N,
                        .K = o.K,
                        .a = a.values.data(),
                        .lda = a.stride,
                        .transA = transA,
                        .b = b.values.data(),
                        .ldb = b.stride,
                        .transB = transB,
                        .c = c.data(),
                        .ldc = o.N,
                        .accumulate = accumulate,
                        .alpha = alpha});
    return c;
}

class GemmTest : public ::testing::TestWithParam<std::tuple<bool, bool>> {};

TEST_P(GemmTest, MatchesReference) {
    const auto [transA, transB] = GetParam();
    ThreadPool pool(2);
    RandomValues random(1);
    const std::array<int64_t, 3> shapes[] = {{1, 1, 1},    {1, 70, 33},  {12, 32, 16},
                                             {13, 33, 17}, {97, 130, 5}, {200, 64, 300}};
    for (const auto& [M, N, K] : shapes) {
        for (bool accumulate : {false, true}) {
            const Operands o{M, N, K, random.matrix(M, K), random.matrix(N, K)};
            const Matrix start = random.matrix(M, N);
            Matrix expected = reference::matmul(o.a, o.b);
            for (size_t i = 0; i < expected.values.size(); ++i)
                expected.values[i] =
                    0.5 * expected.values[i] + (accumulate ? start.values[i] : 0.0);
            const auto actual = run(pool, o, transA, transB,
                                    {start.values.begin(), start.values.end()}, accumulate, 0.5f);
            expectNear(actual, expected, [&](int64_t r, int64_t c) {
                return kEpsilon * (double(K + 2) * o.a.rowNorm(r) * o.b.rowNorm(c) + 2);
            });
        }
    }
}

TEST_P(GemmTest, BitsDoNotDependOnThreadsOrTransposition) {
    const auto [transA, transB] = GetParam();
    ThreadPool one(1), three(3);
    RandomValues random(2);
    const Operands o{150, 170, 260, random.matrix(150, 260), random.matrix(170, 260)};
    const std::vector<float> start(size_t(o.M * o.N), 0.0f);
    expectSameBits(run(one, o, false, true, start, false, 1.0f),
                   run(three, o, transA, transB, start, false, 1.0f));
}

INSTANTIATE_TEST_SUITE_P(Transpositions, GemmTest,
                         ::testing::Combine(::testing::Bool(), ::testing::Bool()),
                         [](const auto& info) {
                             return std::string(std::get<0>(info.param) ? "T" : "N") +
                                    (std::get<1>(info.param) ? "T" : "N");
                         });

}  // namespace
}  // namespace hearth::test
