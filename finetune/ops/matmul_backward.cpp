#include "finetune/ops/matmul_backward.h"

#include "engine/cpu/gemm.h"
#include "finetune/ops/row_view.h"

namespace hearth::finetune {

void matmulBackward(engine::ThreadPool& pool, const MatmulBackwardParams& p) {
    const RowView<> dout(p.dout), dx(p.dx), dweight(p.dweight);
    if (dx.defined()) {
        const RowView<> weight(p.weight);
        CORE_ASSERT(weight.rows == dout.columns && weight.columns == dx.columns);
        CORE_ASSERT(dx.rows == dout.rows);
        engine::gemm(pool, {.M = dout.rows,
                            .N = dx.columns,
                            .K = dout.columns,
                            .a = dout.data,
                            .lda = dout.stride,
                            .b = weight.data,
                            .ldb = weight.stride,
                            .c = dx.data,
                            .ldc = dx.stride,
                            .accumulate = p.accumulate_dx,
                            .alpha = p.scale,
                            .operands = p.operands});
    }
    if (dweight.defined()) {
        const RowView<> x(p.x);
        CORE_ASSERT(dweight.rows == dout.columns && dweight.columns == x.columns);
        CORE_ASSERT(x.rows == dout.rows);
        engine::gemm(pool, {.M = dweight.rows,
                            .N = dweight.columns,
                            .K = dout.rows,
                            .a = dout.data,
                            .lda = dout.stride,
                            .transA = true,
                            .b = x.data,
                            .ldb = x.stride,
                            .c = dweight.data,
                            .ldc = dweight.stride,
                            .accumulate = true,
                            .alpha = p.scale,
                            .operands = p.operands});
    }
}

}  // namespace hearth::finetune
