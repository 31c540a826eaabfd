#include "finetune/ops/causal_attention_backward.h"

#include <array>
#include <cmath>

#include "engine/ops/ops.h"
#include "tests/finetune/ops/gradient_check.h"

namespace hearth::test {
namespace {

constexpr int64_t kHeads = 2, kWidth = 5, kValue = 3;
constexpr float kScale = 0.7f;

struct Inputs {
    Matrix q, k, v;
};

/// sum of dout * attention over all heads and segments.
double attentionLoss(const Inputs& in, const Matrix& dout,
                     const std::vector<engine::AttentionSegment>& segments) {
    double sum = 0.0;
    for (const auto& s : segments)
        for (int64_t h = 0; h < kHeads; ++h) {
            const auto rows = [](const Matrix& m, int64_t begin, int64_t len, int64_t head,
                                 int64_t width) {
                return m.rowSlice(begin, begin + len).slice(head * width, (head + 1) * width);
            };
            const auto result =
                reference::causalAttention(rows(in.q, s.q_begin, s.q_len, h, kWidth),
                                           rows(in.k, s.k_begin, s.k_len, h, kWidth),
                                           rows(in.v, s.k_begin, s.k_len, h, kValue), kScale);
            sum += dot(result.out, rows(dout, s.q_begin, s.q_len, h, kValue));
        }
    return sum;
}

class CausalAttentionBackwardTest : public GradientTest {
protected:
    /// dq, dk, dv
    std::array<Matrix, 3> gradients(const Inputs& in, const Matrix& dout,
                                    const std::vector<engine::AttentionSegment>& segments,
                                    engine::DType operands = engine::DType::F32) {
        const int64_t queries = in.q.rows, keys = in.k.rows;
        const auto q = upload(in.q), k = upload(in.k), v = upload(in.v);
        const auto out = zeros(queries, kHeads * kValue), lse = zeros(queries, kHeads);
        engine::ops::causalAttention(backend(), {.q = q,
                                                 .k = k,
                                                 .v = v,
                                                 .out = out,
                                                 .lse = lse,
                                                 .segments = segments,
                                                 .heads = kHeads,
                                                 .scale = kScale});
        const auto dq = zeros(queries, kHeads * kWidth), dk = zeros(keys, kHeads * kWidth);
        const auto dv = zeros(keys, kHeads * kValue);
        finetune::causalAttentionBackward(pool(), {.q = q,
                                                   .k = k,
                                                   .v = v,
                                                   .out = out,
                                                   .lse = lse,
                                                   .dout = upload(dout),
                                                   .dq = dq,
                                                   .dk = dk,
                                                   .dv = dv,
                                                   .segments = segments,
                                                   .heads = kHeads,
                                                   .scale = kScale,
                                                   .operands = operands});
        return {download(dq), download(dk), download(dv)};
    }

    void expectAgreement(Inputs in, const std::vector<engine::AttentionSegment>& segments,
                         bool checkAll) {
        const Matrix dout = randomMatrix(in.q.rows, kHeads * kValue, 9);
        const auto all = gradients(in, dout, segments);
        const auto loss = [&] { return attentionLoss(in, dout, segments); };
        if (checkAll) {
            expectGradient(all[0], in.q, loss, "dq");
            expectGradient(all[1], in.k, loss, "dk");
            expectGradient(all[2], in.v, loss, "dv");
            return;
        }
        // Long inputs: the derivative along a few directions is enough and quick.
        for (uint64_t seed = 20; seed < 23; ++seed) {
            expectDirection(all[0], in.q, loss, seed);
            expectDirection(all[1], in.k, loss, seed);
            expectDirection(all[2], in.v, loss, seed);
        }
    }

private:
    static void expectDirection(const Matrix& gradient, Matrix& x,
                                const std::function<double()>& loss, uint64_t seed) {
        const Matrix direction = randomMatrix(x.rows, x.columns, seed);
        const Matrix original = x;
        const auto move = [&](double step) {
            for (size_t i = 0; i < x.values.size(); ++i)
                x.values[i] = original.values[i] + step * direction.values[i];
            return loss();
        };
        const double expected = (move(1e-5) - move(-1e-5)) / 2e-5;
        x = original;
        EXPECT_NEAR(dot(gradient, direction), expected, 1e-4 * (1.0 + std::abs(expected)));
    }
};

Inputs randomInputs(int64_t queries, int64_t keys) {
    return {randomMatrix(queries, kHeads * kWidth, 1), randomMatrix(keys, kHeads * kWidth, 2),
            randomMatrix(keys, kHeads * kValue, 3)};
}

TEST_F(CausalAttentionBackwardTest, MatchesFiniteDifferencesOverSegments) {
    expectAgreement(randomInputs(9, 9), {{0, 4, 0, 4}, {4, 5, 4, 5}}, true);
}

TEST_F(CausalAttentionBackwardTest, MatchesWithMoreKeysThanQueries) {
    expectAgreement(randomInputs(4, 7), {{0, 4, 0, 7}}, true);
}

TEST_F(CausalAttentionBackwardTest, MatchesAcrossBlockBorders) {
    expectAgreement(randomInputs(300, 300), {{0, 1, 0, 1}, {1, 299, 1, 299}}, false);
}

/// Each rounding is of at most 2^-9, and three lie between a gradient and its inputs.
TEST_F(CausalAttentionBackwardTest, GradientsInBf16AreNear) {
    const Inputs in = randomInputs(90, 90);
    const std::vector<engine::AttentionSegment> segments = {{0, 90, 0, 90}};
    const Matrix dout = randomMatrix(90, kHeads * kValue, 9);
    const auto exact = gradients(in, dout, segments, engine::DType::F32);
    const auto rounded = gradients(in, dout, segments, engine::DType::BF16);
    for (size_t i = 0; i < exact.size(); ++i) {
        Matrix difference = exact[i];
        for (size_t j = 0; j < difference.values.size(); ++j)
            difference.values[j] -= rounded[i].values[j];
        const double distance = std::sqrt(dot(difference, difference) / dot(exact[i], exact[i]));
        EXPECT_LT(distance, 3 * 0x1p-9) << i;
        EXPECT_GT(distance, 0x1p-14) << i;
    }
}

}  // namespace
}  // namespace hearth::test
