#include "finetune/ops/swiglu_backward.h"

#include "finetune/ops/row_view.h"
#include "finetune/ops/vector_math.h"

namespace hearth::finetune {
namespace {

constexpr int64_t kRowGrain = 16;

FINETUNE_KERNEL void swigluRowBackward(const float* x, const float* dout, float* dx, int64_t n) {
    for (int64_t i = 0; i < n; ++i) {
        const float gate = x[i];
        const float up = x[n + i];
        const float sigmoid = vectorSigmoid(gate);
        const float silu = gate * sigmoid;
        dx[i] = dout[i] * up * (sigmoid + silu * (1.0f - sigmoid));
        dx[n + i] = dout[i] * silu;
    }
}

}  // namespace

void swigluBackward(engine::ThreadPool& pool, const SwigluBackwardParams& p) {
    const RowView<> x(p.x), dout(p.dout), dx(p.dx);
    CORE_ASSERT(x.columns == 2 * dout.columns && x.rows == dout.rows);
    CORE_ASSERT(dx.columns == x.columns && dx.rows == x.rows);
    pool.parallelFor(x.rows, kRowGrain, [&](int64_t begin, int64_t end) {
        for (int64_t t = begin; t < end; ++t)
            swigluRowBackward(x.row(t), dout.row(t), dx.row(t), dout.columns);
    });
}

}  // namespace hearth::finetune
