// Linear layers: a packed weight, a bias, and the additions of the step's adapters.
#pragma once
#include "engine/layers/layer_context.h"
#include "engine/ops/op_params.h"

namespace hearth::engine {

/// weight: [out, in], or [E, out, in] for expert layers; bias: [out] or [E, out], or undefined.
/// id: index into an Adapter.
struct Linear {
    Tensor weight;
    Tensor bias;
    int id = -1;

    int64_t outSize() const { return weight.dim(weight.rank() - 2); }
};

/// out = x * weight^T + bias plus the additions of the adapters. x: [T, in], the batch's tokens;
/// or other rows, with their owners (StepBatch::owners).
Tensor linear(const LayerContext& context, const Linear& layer, const Tensor& x);
Tensor linear(const LayerContext& context, const Linear& layer, const Tensor& x,
              const Tensor& owners);
/// out += scale * (x * weight^T + bias plus the adapter's additions). Carries the residual
/// stream; scale is the family's residual_multiplier.
void linearAdd(const LayerContext& context, const Linear& layer, const Tensor& x, const Tensor& out,
               float scale = 1.0f);
/// Each row goes through its expert. source: sorted row to row of x, or undefined: the same.
Tensor expertLinear(const LayerContext& context, const Linear& layer, const Tensor& x,
                    const ExpertGroups& groups, const Tensor& source);

}  // namespace hearth::engine
