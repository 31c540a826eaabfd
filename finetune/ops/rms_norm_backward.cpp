#include "finetune/ops/rms_norm_backward.h"

#include <cmath>
#include <vector>

#include "finetune/ops/row_view.h"
#include "finetune/ops/vector_math.h"

namespace hearth::finetune {
namespace {

constexpr int64_t kRowGrain = 32;
constexpr int64_t kColumnGrain = 64;

FINETUNE_KERNEL float inverseRms(const float* x, int64_t n, float eps) {
    const float squares = laneSum(n, [x](int64_t i) { return x[i] * x[i]; });
    return 1.0f / std::sqrt(squares / float(n) + eps);
}

/// dx = r * (w * dout - x * r^2 * mean(w * dout * x)), r = 1 / rms.
FINETUNE_KERNEL void normRowBackward(const float* x, const float* weight, const float* dout,
                                     float* dx, int64_t n, float inverse, bool accumulate) {
    const float dot = laneSum(n, [=](int64_t i) { return weight[i] * dout[i] * x[i]; });
    const float along = inverse * inverse * dot / float(n);
    if (accumulate) {
        for (int64_t i = 0; i < n; ++i)
            dx[i] += inverse * (weight[i] * dout[i] - x[i] * along);
    } else {
        for (int64_t i = 0; i < n; ++i)
            dx[i] = inverse * (weight[i] * dout[i] - x[i] * along);
    }
}

FINETUNE_KERNEL void addScaledProduct(float* sum, const float* a, const float* b, float scale,
                                      int64_t n) {
    for (int64_t i = 0; i < n; ++i)
        sum[i] += a[i] * scale * b[i];
}

}  // namespace

void rmsNormBackward(engine::ThreadPool& pool, const RmsNormBackwardParams& p) {
    const RowView<> x(p.x), weight(p.weight), dout(p.dout), dx(p.dx), dweight(p.dweight);
    CORE_ASSERT(x.columns == dout.columns && x.rows == dout.rows && weight.columns == x.columns);
    CORE_ASSERT(!dx.defined() || (dx.rows == x.rows && dx.columns == x.columns));

    std::vector<float> inverse(static_cast<size_t>(x.rows));
    pool.parallelFor(x.rows, kRowGrain, [&](int64_t begin, int64_t end) {
        for (int64_t t = begin; t < end; ++t)
            inverse[size_t(t)] = inverseRms(x.row(t), x.columns, p.eps);
    });
    // The weight's gradient comes first: dx may overwrite dout. Each thread owns columns and
    // walks all rows in order, so the sum does not depend on the number of threads.
    if (dweight.defined()) {
        CORE_ASSERT(dweight.columns == x.columns);
        pool.parallelFor(x.columns, kColumnGrain, [&](int64_t begin, int64_t end) {
            for (int64_t t = 0; t < x.rows; ++t)
                addScaledProduct(dweight.data + begin, x.row(t) + begin, dout.row(t) + begin,
                                 inverse[size_t(t)], end - begin);
        });
    }
    if (dx.defined()) {
        pool.parallelFor(x.rows, kRowGrain, [&](int64_t begin, int64_t end) {
            for (int64_t t = begin; t < end; ++t)
                normRowBackward(x.row(t), weight.data, dout.row(t), dx.row(t), x.columns,
                                inverse[size_t(t)], p.accumulate_dx);
        });
    }
}

}  // namespace hearth::finetune
