// Linear layers: a packed weight, and the additions of the step's adapter.
#pragma once
#include "engine/layers/layer_context.h"
#include "engine/ops/op_params.h"

namespace hearth::engine {

/// weight: [out, in], or [E, out, in] for expert layers. id: index into an Adapter.
struct Linear {
    Tensor weight;
    int id = -1;

    int64_t outSize() const { return weight.dim(weight.rank() - 2); }
};

/// out = x * weight^T plus the adapter's additions. x: [T, in].
Tensor linear(const LayerContext& context, const Linear& layer, const Tensor& x);
/// out += x * weight^T plus the adapter's additions. Carries the residual stream.
void linearAdd(const LayerContext& context, const Linear& layer, const Tensor& x,
               const Tensor& out);
/// Each row goes through its expert. source: sorted row to row of x, or undefined: the same.
Tensor expertLinear(const LayerContext& context, const Linear& layer, const Tensor& x,
                    const ExpertGroups& groups, const Tensor& source);

}  // namespace hearth::engine
