#include "finetune/model/grouped_product.h"

#include "finetune/ops/weight_product.h"

namespace hearth::finetune {

void multiply(const StepContext& step, const Product& p, const RowGroups& groups) {
    weightProduct(step.backend, step.pool,
                  {.x = p.x,
                   .weight = p.weight,
                   .out = p.out,
                   .accumulate = p.accumulate,
                   .scale = p.scale,
                   .panels = p.panels,
                   .offsets = groups.offsets,
                   .row_source = groups.row_source,
                   .operands = step.operands});
}

void multiplyBackward(const StepContext& step, const ProductBackward& p, const RowGroups& groups) {
    weightProductBackward(step.pool, {.x = p.x,
                                      .weight = p.weight,
                                      .dout = p.dout,
                                      .dx = p.dx,
                                      .dweight = p.dweight,
                                      .accumulate_dx = p.accumulate_dx,
                                      .scale = p.scale,
                                      .panels = p.panels,
                                      .offsets = groups.offsets,
                                      .operands = step.operands});
}

}  // namespace hearth::finetune
