#include "finetune/ops/weight_product.h"

#include "engine/ops/ops.h"
#include "finetune/ops/grouped_matmul_backward.h"
#include "finetune/ops/matmul_backward.h"
#include "finetune/ops/pair_matmul.h"

namespace hearth::finetune {

namespace ops = engine::ops;
using engine::Tensor;

void weightProduct(engine::Backend& backend, engine::ThreadPool& pool, const WeightProduct& p) {
    if (p.operands == engine::DType::BF16)
        pairMatmul(pool, {.x = p.x,
                          .weight = p.weight,
                          .panels = p.panels,
                          .out = p.out,
                          .accumulate = p.accumulate,
                          .scale = p.scale,
                          .offsets = p.offsets,
                          .row_source = p.row_source});
    else if (p.offsets.defined())
        ops::groupedMatmul(backend, {.x = p.x,
                                     .weight = p.weight,
                                     .offsets = p.offsets,
                                     .row_source = p.row_source,
                                     .out = p.out,
                                     .accumulate = p.accumulate,
                                     .scale = p.scale});
    else
        ops::matmul(backend, {.x = p.x,
                              .weight = p.weight,
                              .out = p.out,
                              .accumulate = p.accumulate,
                              .scale = p.scale});
}

void weightProductBackward(engine::ThreadPool& pool, const WeightProductBackward& p) {
    // In BF16 the rows of all experts share the threads, and panels serve as they do forward.
    const bool paired = p.dx.defined() && p.operands == engine::DType::BF16;
    if (paired)
        pairMatmul(pool, {.x = p.dout,
                          .weight = p.weight,
                          .panels = p.panels,
                          .out = p.dx,
                          .transposed = true,
                          .accumulate = p.accumulate_dx,
                          .scale = p.scale,
                          .offsets = p.offsets});
    const Tensor dx = paired ? Tensor() : p.dx;
    if (!dx.defined() && !p.dweight.defined())
        return;
    if (p.offsets.defined())
        groupedMatmulBackward(pool, {.x = p.x,
                                     .weight = p.weight,
                                     .offsets = p.offsets,
                                     .dout = p.dout,
                                     .dx = dx,
                                     .dweight = p.dweight,
                                     .accumulate_dx = p.accumulate_dx,
                                     .scale = p.scale,
                                     .operands = p.operands});
    else
        matmulBackward(pool, {.x = p.x,
                              .weight = p.weight,
                              .dout = p.dout,
                              .dx = dx,
                              .dweight = p.dweight,
                              .accumulate_dx = p.accumulate_dx,
                              .scale = p.scale,
                              .operands = p.operands});
}

}  // namespace hearth::finetune
