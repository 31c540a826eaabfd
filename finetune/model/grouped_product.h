// Matrix products of a layer's rows, by one weight or by the weight of each row's expert.
#pragma once
#include "finetune/model/step_context.h"

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

/// dx = scale * dout * weight, or += when accumulate_dx; dweight += scale * dout^T * x.
struct ProductBackward {
    engine::Tensor x;       // undefined when dweight is
    engine::Tensor weight;  // as of Product; undefined when dx is
    engine::Tensor dout;
    engine::Tensor dx;       // undefined: not wanted
    engine::Tensor dweight;  // undefined: not wanted
    bool accumulate_dx = false;
    float scale = 1.0f;
    engine::Tensor panels = {};  // of operands in BF16: PairPanels::backward, or undefined
};

// Both with the step's operands, and with panels where they are given.
void multiply(const StepContext& step, const Product& product, const RowGroups& groups);
/// groups.row_source is not used: x are the rows themselves.
void multiplyBackward(const StepContext& step, const ProductBackward& product,
                      const RowGroups& groups);

}  // namespace hearth::finetune
