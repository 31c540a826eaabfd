// Matrix products of a layer's rows, by one weight or by the weight of each row's expert.
#pragma once
#include "finetune/model/step_context.h"
#include "finetune/ops/matmul_backward.h"

namespace hearth::finetune {

/// Which rows belong to which expert. Undefined offsets: an ordinary layer.
struct RowGroups {
    engine::Tensor offsets;     // [E+1] I32
    engine::Tensor row_source;  // [rows] I32: row of x; undefined: the row itself
};

/// out = scale * x * weight^T, or += when accumulate.
struct Product {
    engine::Tensor x;
    engine::Tensor weight;  // [out, in] or [E, out, in]
    engine::Tensor out;
    bool accumulate = false;
    float scale = 1.0f;
    engine::Tensor panels = {};  // of operands in BF16: PairPanels::forward, or undefined
};

void multiply(const StepContext& step, const Product& product, const RowGroups& groups);
/// With the step's operands. groups.row_source is not used: x are the rows themselves.
void multiplyBackward(const StepContext& step, const MatmulBackwardParams& params,
                      const RowGroups& groups);

}  // namespace hearth::finetune
