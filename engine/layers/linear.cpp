#include "engine/layers/linear.h"

#include "engine/ops/ops.h"

namespace hearth::engine {
namespace {

/// Rows that do not use the adapter get no addition: their share of the rank is zero.
void keepOwnRows(const LayerContext& context, const Tensor& low, const Tensor& owners,
                 const Tensor& tokens, size_t adapter) {
    if (context.batch.mixed_adapters)
        ops::keepRows(context.backend,
                      {.x = low, .owners = owners, .tokens = tokens, .owner = int32_t(adapter)});
}

void addDeltas(const LayerContext& context, const Linear& layer, const Tensor& x,
               const Tensor& owners, const Tensor& out, float scale) {
    const auto& adapters = context.batch.adapters;
    for (size_t i = 0; i < adapters.size(); ++i) {
        for (const LoraDelta& delta : adapters[i]->addition(layer.id).deltas) {
            const Tensor low = context.allocate(x.dim(0), delta.a.dim(0));
            ops::matmul(context.backend, {.x = x, .weight = delta.a, .out = low});
            keepOwnRows(context, low, owners, {}, i);
            ops::matmul(context.backend, {.x = low,
                                          .weight = delta.b,
                                          .out = out.columns(delta.begin, delta.end),
                                          .accumulate = true,
                                          .scale = scale * delta.scale});
        }
    }
}

void addExpertDeltas(const LayerContext& context, const Linear& layer, const Tensor& x,
                     const ExpertGroups& groups, const Tensor& source, const Tensor& out) {
    const auto& adapters = context.batch.adapters;
    for (size_t i = 0; i < adapters.size(); ++i) {
        for (const LoraDelta& delta : adapters[i]->addition(layer.id).deltas) {
            const Tensor low = context.allocate(out.dim(0), delta.a.dim(1));
            ops::groupedMatmul(context.backend, {.x = x,
                                                 .weight = delta.a,
                                                 .offsets = groups.offsets,
                                                 .row_source = source,
                                                 .out = low});
            keepOwnRows(context, low, context.batch.owners, groups.row_token, i);
            ops::groupedMatmul(context.backend, {.x = low,
                                                 .weight = delta.b,
                                                 .offsets = groups.offsets,
                                                 .row_source = {},
                                                 .out = out.columns(delta.begin, delta.end),
                                                 .accumulate = true,
                                                 .scale = delta.scale});
        }
    }
}

}  // namespace

Tensor linear(const LayerContext& context, const Linear& layer, const Tensor& x) {
    return linear(context, layer, x, context.batch.owners);
}

Tensor linear(const LayerContext& context, const Linear& layer, const Tensor& x,
              const Tensor& owners) {
    const Tensor out = context.allocate(x.dim(0), layer.outSize());
    ops::matmul(context.backend, {.x = x, .weight = layer.weight, .out = out});
    if (layer.bias.defined())
        ops::addBias(context.backend, {.x = out, .bias = layer.bias, .offsets = {}});
    addDeltas(context, layer, x, owners, out, 1.0f);
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
    addDeltas(context, layer, x, context.batch.owners, out, scale);
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
    addExpertDeltas(context, layer, x, groups, source, out);
    return out;
}

}  // namespace hearth::engine
