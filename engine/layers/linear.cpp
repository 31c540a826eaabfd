#include "engine/layers/linear.h"

#include "engine/ops/ops.h"

namespace hearth::engine {
namespace {

void addDeltas(const LayerContext& context, const Linear& layer, const Tensor& x, const Tensor& out,
               float scale) {
    if (!context.adapter)
        return;
    for (const LoraDelta& delta : context.adapter->addition(layer.id).deltas) {
        const Tensor low = context.allocate(x.dim(0), delta.a.dim(0));
        ops::matmul(context.backend, {.x = x, .weight = delta.a, .out = low});
        ops::matmul(context.backend, {.x = low,
                                      .weight = delta.b,
                                      .out = out.columns(delta.begin, delta.end),
                                      .accumulate = true,
                                      .scale = scale * delta.scale});
    }
}

}  // namespace

Tensor linear(const LayerContext& context, const Linear& layer, const Tensor& x) {
    const Tensor out = context.allocate(x.dim(0), layer.outSize());
    ops::matmul(context.backend, {.x = x, .weight = layer.weight, .out = out});
    if (layer.bias.defined())
        ops::addBias(context.backend, {.x = out, .bias = layer.bias, .offsets = {}});
    addDeltas(context, layer, x, out, 1.0f);
    return out;
}

void linearAdd(const LayerContext& context, const Linear& layer, const Tensor& x, const Tensor& out,
               float scale) {
    if (layer.bias.defined()) {
        const Tensor branch = linear(context, layer, x);
        if (scale != 1.0f)
            ops::scale(context.backend, {.x = branch, .factor = scale});
        ops::add(context.backend, {.a = out, .b = branch, .out = out});
        return;
    }
    ops::matmul(context.backend,
                {.x = x, .weight = layer.weight, .out = out, .accumulate = true, .scale = scale});
    addDeltas(context, layer, x, out, scale);
}

Tensor expertLinear(const LayerContext& context, const Linear& layer, const Tensor& x,
                    const ExpertGroups& groups, const Tensor& source) {
    const int64_t rows = groups.row_pair.dim(0);
    const Tensor out = context.allocate(rows, layer.outSize());
    ops::groupedMatmul(context.backend, {.x = x,
                                         .weight = layer.weight,
                                         .offsets = groups.offsets,
                                         .row_source = source,
                                         .out = out});
    if (layer.bias.defined())
        ops::addBias(context.backend, {.x = out, .bias = layer.bias, .offsets = groups.offsets});
    if (!context.adapter)
        return out;
    for (const LoraDelta& delta : context.adapter->addition(layer.id).deltas) {
        const Tensor low = context.allocate(rows, delta.a.dim(1));
        ops::groupedMatmul(context.backend, {.x = x,
                                             .weight = delta.a,
                                             .offsets = groups.offsets,
                                             .row_source = source,
                                             .out = low});
        ops::groupedMatmul(context.backend, {.x = low,
                                             .weight = delta.b,
                                             .offsets = groups.offsets,
                                             .row_source = {},
                                             .out = out.columns(delta.begin, delta.end),
                                             .accumulate = true,
                                             .scale = delta.scale});
    }
    return out;
}

}  // namespace hearth::engine
