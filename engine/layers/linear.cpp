#include "engine/layers/linear.h"

#include "engine/ops/ops.h"

namespace hearth::engine {
namespace {

void applyLinear(const LayerContext& context, const Linear& layer, const Tensor& x,
                 const Tensor& out, bool accumulate) {
    ops::matmul(context.backend,
                {.x = x, .weight = layer.weight, .out = out, .accumulate = accumulate});
    if (!context.adapter)
        return;
    for (const LoraDelta& delta : context.adapter->addition(layer.id).deltas) {
        const Tensor low = context.allocate(x.dim(0), delta.a.dim(0));
        ops::matmul(context.backend, {.x = x, .weight = delta.a, .out = low});
        ops::matmul(context.backend, {.x = low,
                                      .weight = delta.b,
                                      .out = out.columns(delta.begin, delta.end),
                                      .accumulate = true,
                                      .scale = delta.scale});
    }
}

}  // namespace

Tensor linear(const LayerContext& context, const Linear& layer, const Tensor& x) {
    const Tensor out = context.allocate(x.dim(0), layer.outSize());
    applyLinear(context, layer, x, out, false);
    return out;
}

void linearAdd(const LayerContext& context, const Linear& layer, const Tensor& x,
               const Tensor& out) {
    applyLinear(context, layer, x, out, true);
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
