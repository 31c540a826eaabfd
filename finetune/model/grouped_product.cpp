#include "finetune/model/grouped_product.h"

#include "engine/ops/ops.h"
#include "finetune/ops/grouped_matmul_backward.h"
#include "finetune/ops/pair_matmul.h"

namespace hearth::finetune {

namespace ops = engine::ops;

void multiply(const StepContext& step, const Product& p, const RowGroups& groups) {
    if (step.operands == engine::DType::BF16)
        return pairMatmul(step.pool, {.x = p.x,
                                      .weight = p.weight,
                                      .panels = p.panels,
                                      .out = p.out,
                                      .accumulate = p.accumulate,
                                      .scale = p.scale,
                                      .offsets = groups.offsets,
                                      .row_source = groups.row_source});
    if (groups.offsets.defined())
        ops::groupedMatmul(step.backend, {.x = p.x,
                                          .weight = p.weight,
                                          .offsets = groups.offsets,
                                          .row_source = groups.row_source,
                                          .out = p.out,
                                          .accumulate = p.accumulate,
                                          .scale = p.scale});
    else
        ops::matmul(step.backend, {.x = p.x,
                                   .weight = p.weight,
                                   .out = p.out,
                                   .accumulate = p.accumulate,
                                   .scale = p.scale});
}

void multiplyBackward(const StepContext& step, const MatmulBackwardParams& params,
                      const RowGroups& groups) {
    MatmulBackwardParams p = params;
    p.operands = step.operands;
    if (groups.offsets.defined())
        groupedMatmulBackward(step.pool, {.x = p.x,
                                          .weight = p.weight,
                                          .offsets = groups.offsets,
                                          .dout = p.dout,
                                          .dx = p.dx,
                                          .dweight = p.dweight,
                                          .accumulate_dx = p.accumulate_dx,
                                          .scale = p.scale,
                                          .operands = p.operands,
                                          .panels = p.panels});
    else
        matmulBackward(step.pool, p);
}

}  // namespace hearth::finetune
