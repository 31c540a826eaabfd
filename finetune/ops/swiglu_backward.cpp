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

FINETUNE_KERNEL void clampedRowBackward(const float* x, const float* dout, float* dx, int64_t n,
                                        float limit) {
    constexpr float kSlope = 1.702f;
    for (int64_t i = 0; i < n; ++i) {
        const float gate = std::min(x[i], limit);
        const float up = std::max(-limit, std::min(limit, x[n + i])) + 1.0f;
        const float sigmoid = vectorSigmoid(kSlope * gate);
        const float dgate = up * sigmoid * (1.0f + kSlope * gate * (1.0f - sigmoid));
        const bool gateMoves = x[i]<limit, upMoves = x[n + i]> - limit && x[n + i] < limit;
        dx[i] = gateMoves ? dout[i] * dgate : 0.0f;
        dx[n + i] = upMoves ? dout[i] * gate * sigmoid : 0.0f;
    }
}

}  // namespace

void swigluBackward(engine::ThreadPool& pool, const SwigluBackwardParams& p) {
    const RowView<> x(p.x), dout(p.dout), dx(p.dx);
    CORE_ASSERT(x.columns == 2 * dout.columns && x.rows == dout.rows);
    CORE_ASSERT(dx.columns == x.columns && dx.rows == x.rows);
    pool.parallelFor(x.rows, kRowGrain, [&](int64_t begin, int64_t end) {
        for (int64_t t = begin; t < end; ++t) {
            if (p.limit > 0.0f)
                clampedRowBackward(x.row(t), dout.row(t), dx.row(t), dout.columns, p.limit);
            else
                swigluRowBackward(x.row(t), dout.row(t), dx.row(t), dout.columns);
        }
    });
}

}  // namespace hearth::finetune
