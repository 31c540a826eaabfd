#include "finetune/ops/combine_experts_backward.h"

#include "finetune/ops/row_view.h"
#include "finetune/ops/vector_math.h"

namespace hearth::finetune {
namespace {

constexpr int64_t kRowGrain = 32;

FINETUNE_KERNEL float dotProduct(const float* a, const float* b, int64_t n) {
    return laneSum(n, [=](int64_t i) { return a[i] * b[i]; });
}

FINETUNE_KERNEL void scaleRow(float* out, const float* row, float scale, int64_t n) {
    for (int64_t i = 0; i < n; ++i)
        out[i] = row[i] * scale;
}

}  // namespace

void combineExpertsBackward(engine::ThreadPool& pool, const CombineExpertsBackwardParams& p) {
    const RowView<> rows(p.rows), weights(p.weights), dout(p.dout), drows(p.drows);
    const RowView<> dweights(p.dweights);
    const RowView<int32_t> pairs(p.row_pair);
    const int64_t k = weights.columns;
    CORE_ASSERT(pairs.columns == rows.rows && rows.rows == dout.rows * k);
    CORE_ASSERT(rows.columns == dout.columns && drows.rows == rows.rows);
    CORE_ASSERT(weights.stride == k && (!dweights.defined() || dweights.stride == k));
    pool.parallelFor(rows.rows, kRowGrain, [&](int64_t begin, int64_t end) {
        for (int64_t r = begin; r < end; ++r) {
            const int32_t pair = pairs.data[r];
            const float* gradient = dout.row(pair / k);
            if (dweights.defined())
                dweights.data[pair] = dotProduct(gradient, rows.row(r), rows.columns);
            scaleRow(drows.row(r), gradient, weights.data[pair], rows.columns);
        }
    });
}

}  // namespace hearth::finetune
