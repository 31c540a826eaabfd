// Ops that move rows: embedding, gather, combination of experts, split into heads; and rope,
// whose gradient is the forward op turned backwards.
#include <cmath>

#include "engine/ops/ops.h"
#include "finetune/ops/combine_experts_backward.h"
#include "finetune/ops/embedding_backward.h"
#include "finetune/ops/gather_rows_backward.h"
#include "finetune/ops/head_split.h"
#include "tests/finetune/ops/gradient_check.h"

namespace hearth::test {
namespace {

class RowOpsBackwardTest : public GradientTest {};

TEST_F(RowOpsBackwardTest, EmbeddingSumsRowsOfEqualIds) {
    Matrix table = randomMatrix(7, 5, 1);
    const std::vector<int32_t> ids = {3, 0, 3, 6, 3, 0};
    const Matrix dout = randomMatrix(6, 5, 2);
    const auto dtable = zeros(7, 5);
    finetune::embeddingBackward(pool(), {.ids = ints(ids), .dout = upload(dout), .dtable = dtable});
    const auto loss = [&] {
        double sum = 0.0;
        for (int64_t t = 0; t < 6; ++t)
            for (int64_t c = 0; c < 5; ++c)
                sum += table.at(ids[size_t(t)], c) * dout.at(t, c);
        return sum;
    };
    expectGradient(download(dtable), table, loss, "dtable");
}

TEST_F(RowOpsBackwardTest, GatherAddsToTheRowsThatWereRead) {
    const Matrix dout = randomMatrix(2, 3, 1);
    const auto dx = upload(randomMatrix(4, 3, 2));
    const Matrix before = download(dx);
    finetune::gatherRowsBackward(pool(), {.ids = ints({3, 1}), .dout = upload(dout), .dx = dx});
    const Matrix after = download(dx);
    for (int64_t c = 0; c < 3; ++c) {
        EXPECT_FLOAT_EQ(float(after.at(3, c)), float(before.at(3, c) + dout.at(0, c)));
        EXPECT_FLOAT_EQ(float(after.at(1, c)), float(before.at(1, c) + dout.at(1, c)));
        EXPECT_EQ(after.at(0, c), before.at(0, c));
        EXPECT_EQ(after.at(2, c), before.at(2, c));
    }
}

// out[t] = sum of weight * row over the token's rows; a row's own gradient is dout of its token.
TEST_F(RowOpsBackwardTest, WeightsOfRowsMatchFiniteDifferences) {
    constexpr int64_t kTokens = 3, kChoices = 2, kWidth = 21;
    Matrix rows = randomMatrix(kTokens * kChoices, kWidth, 1);
    Matrix weights = randomMatrix(kTokens, kChoices, 2);
    const Matrix dout = randomMatrix(kTokens * kChoices, kWidth, 3);
    const std::vector<int32_t> pairs = {2, 5, 0, 3, 1, 4};
    const auto drows = zeros(rows.rows, kWidth), dweights = zeros(kTokens, kChoices);
    finetune::weighRows(
        pool(),
        {.x = upload(dout), .row_pair = ints(pairs), .weights = upload(weights), .out = drows});
    finetune::rowWeightsBackward(
        pool(),
        {.x = upload(rows), .row_pair = ints(pairs), .dout = upload(dout), .dweights = dweights});
    const auto loss = [&] {
        double sum = 0.0;
        for (int64_t r = 0; r < rows.rows; ++r)
            for (int64_t c = 0; c < kWidth; ++c)
                sum += weights.values[size_t(pairs[size_t(r)])] * rows.at(r, c) * dout.at(r, c);
        return sum;
    };
    expectGradient(download(drows), rows, loss, "drows");
    expectGradient(download(dweights), weights, loss, "dweights");
}

TEST_F(RowOpsBackwardTest, HeadSplitIsUndoneAndTheSharedKeySummed) {
    const finetune::HeadSplitShape shape{.heads = 3, .nope = 4, .rope = 2, .value = 5};
    Matrix kv = randomMatrix(4, 3 * 9, 1), ropeKey = randomMatrix(4, 2, 2);
    const Matrix dk = randomMatrix(4, 3 * 6, 3), dv = randomMatrix(4, 3 * 5, 4);
    const auto dkv = zeros(4, 3 * 9), dropeKey = zeros(4, 2);
    finetune::splitHeadsBackward(pool(), shape, upload(dk), upload(dv), dkv, dropeKey);
    const auto loss = [&] {
        const auto k = zeros(4, 3 * 6), v = zeros(4, 3 * 5);
        finetune::splitHeads(pool(), shape, upload(kv), upload(ropeKey), k, v);
        return dot(download(k), dk) + dot(download(v), dv);
    };
    // The op only moves values, so differences are exact up to the float32 of the copies.
    expectGradient(download(dkv), kv, loss, "dkv", 2e-2);
    expectGradient(download(dropeKey), ropeKey, loss, "dropeKey", 2e-2);
}

TEST_F(RowOpsBackwardTest, RopeTurnedBackwardsIsItsGradient) {
    Matrix x = randomMatrix(5, 6, 1);
    const Matrix dout = randomMatrix(5, 6, 2);
    const std::vector<int32_t> positions = {0, 1, 2, 0, 3};
    Matrix cosine(4, 2), sine(4, 2);
    for (int64_t p = 0; p < 4; ++p)
        for (int64_t j = 0; j < 2; ++j) {
            // A factor on both, as yarn's attention factor is.
            cosine.at(p, j) = float(1.25 * std::cos(double(p) * (j == 0 ? 1.0 : 0.3)));
            sine.at(p, j) = float(1.25 * std::sin(double(p) * (j == 0 ? 1.0 : 0.3)));
        }
    const auto d = upload(dout);
    engine::ops::rope(backend(), {.x = d,
                                  .positions = ints(positions),
                                  .cos = upload(cosine),
                                  .sin = upload(sine),
                                  .heads = 1,
                                  .head_stride = 6,
                                  .head_offset = 2,
                                  .interleaved = true,
                                  .inverse = true});
    const auto loss = [&] {
        Matrix turned = x;
        reference::rope(turned, positions, cosine, sine, 2, true, false);
        return dot(turned, dout);
    };
    expectGradient(download(d), x, loss, "dx");
}

}  // namespace
}  // namespace hearth::test
