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

void weighRows(engine::ThreadPool& pool, const WeighRowsParams& p) {
    const RowView<> x(p.x), weights(p.weights), out(p.out);
    const RowView<int32_t> pairs(p.row_pair);
    CORE_ASSERT(pairs.columns == x.rows && x.rows == weights.rows * weights.columns);
    CORE_ASSERT(out.rows == x.rows && out.columns == x.columns);
    CORE_ASSERT(weights.stride == weights.columns);
    pool.parallelFor(x.rows, kRowGrain, [&](int64_t begin, int64_t end) {
        for (int64_t r = begin; r < end; ++r)
            scaleRow(out.row(r), x.row(r), weights.data[pairs.data[r]], x.columns);
    });
}

void rowWeightsBackward(engine::ThreadPool& pool, const RowWeightsBackwardParams& p) {
    const RowView<> x(p.x), dout(p.dout), dweights(p.dweights);
    const RowView<int32_t> pairs(p.row_pair);
    CORE_ASSERT(pairs.columns == x.rows && x.rows == dweights.rows * dweights.columns);
    CORE_ASSERT(dout.rows == x.rows && dout.columns == x.columns);
    CORE_ASSERT(dweights.stride == dweights.columns);
    pool.parallelFor(x.rows, kRowGrain, [&](int64_t begin, int64_t end) {
        for (int64_t r = begin; r < end; ++r)
            dweights.data[pairs.data[r]] = dotProduct(dout.row(r), x.row(r), x.columns);
    });
}

}  // namespace hearth::finetune
