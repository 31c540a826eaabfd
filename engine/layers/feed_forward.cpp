#include "engine/layers/feed_forward.h"

#include "engine/ops/ops.h"

namespace hearth::engine {
namespace {

Tensor gated(const LayerContext& context, const Tensor& gateUp, float limit = 0.0f) {
    const Tensor out = context.allocate(gateUp.dim(0), gateUp.dim(1) / 2);
    ops::swiglu(context.backend, {.x = gateUp, .out = out, .limit = limit});
    return out;
}

}  // namespace

void DenseMlp::forward(const LayerContext& context, const Tensor& x, const Tensor& residual) const {
    linearAdd(context, down, gated(context, linear(context, gate_up, x)), residual,
              residual_multiplier);
}

void MoeMlp::forward(const LayerContext& context, const Tensor& x, const Tensor& residual) const {
    const RouterParams routed = route(context, x);
    const ExpertGroups groups = group(context, routed.experts);
    const Tensor inner =
        gated(context, expertLinear(context, gate_up, x, groups, groups.row_token), swiglu_limit);
    const Tensor rows = expertLinear(context, down, inner, groups, {});
    ops::combineExperts(context.backend, {.rows = rows,
                                          .row_pair = groups.row_pair,
                                          .weights = routed.weights,
                                          .out = residual,
                                          .scale = residual_multiplier});
    if (has_shared)
        shared.forward(context, x, residual);
}

RouterParams MoeMlp::route(const LayerContext& context, const Tensor& x) const {
    RouterParams params = routing;
    const int64_t tokens = x.dim(0);
    params.logits = context.allocate(tokens, experts);
    params.bias = bias;
    params.experts = allocate(context.backend, DType::I32, {tokens, experts_per_token});
    params.weights = context.allocate(tokens, experts_per_token);
    ops::matmul(context.backend, {.x = x, .weight = gate, .out = params.logits});
    if (logits_bias.defined())
        ops::addBias(context.backend, {.x = params.logits, .bias = logits_bias, .offsets = {}});
    ops::router(context.backend, params);
    if (context.observer)
        context.observer->routed(layer, params.experts, params.weights);
    return params;
}

ExpertGroups MoeMlp::group(const LayerContext& context, const Tensor& chosen) const {
    const int64_t pairs = chosen.size();
    const ExpertGroups groups{.row_pair = allocate(context.backend, DType::I32, {pairs}),
                              .row_token = allocate(context.backend, DType::I32, {pairs}),
                              .offsets = allocate(context.backend, DType::I32, {experts + 1})};
    ops::groupByExpert(context.backend, {.experts = chosen, .groups = groups});
    return groups;
}

}  // namespace hearth::engine
