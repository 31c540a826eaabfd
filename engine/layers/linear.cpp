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

/// DoRA: the outputs of an adapter's rows times its factors.
void scaleOwnRows(const LayerContext& context, const Tensor& factors, const Tensor& out,
                  const Tensor& owners, size_t adapter) {
    ops::scaleColumns(context.backend, {.x = out,
                                        .factors = factors,
                                        .offsets = {},
                                        .owners = context.batch.mixed_adapters ? owners : Tensor(),
                                        .tokens = {},
                                        .owner = int32_t(adapter)});
}

void addDeltasOf(const LayerContext& context, const Linear& layer, size_t adapter, const Tensor& x,
                 const Tensor& owners, const Tensor& out, float scale) {
    for (const LoraDelta& delta : context.batch.adapters[adapter]->addition(layer.id).deltas) {
        const Tensor low = context.allocate(x.dim(0), delta.a.dim(0));
        ops::matmul(context.backend, {.x = x, .weight = delta.a, .out = low});
        keepOwnRows(context, low, owners, {}, adapter);
        ops::matmul(context.backend, {.x = low,
                                      .weight = delta.b,
                                      .out = out.columns(delta.begin, delta.end),
                                      .accumulate = true,
                                      .scale = scale * delta.scale});
    }
}

/// out is the layer's product, and becomes what the adapters make of it.
void adapt(const LayerContext& context, const Linear& layer, const Tensor& x, const Tensor& owners,
           const Tensor& out) {
    const auto& adapters = context.batch.adapters;
    for (size_t i = 0; i < adapters.size(); ++i) {
        addDeltasOf(context, layer, i, x, owners, out, 1.0f);
        if (const Tensor& factors = adapters[i]->addition(layer.id).factors; factors.defined())
            scaleOwnRows(context, factors, out, owners, i);
    }
}

/// The same where out holds a residual stream that must not be multiplied: what the factors
/// change is computed apart and added, so that the bits of other adapters' rows stay.
void adaptAdded(const LayerContext& context, const Linear& layer, const Tensor& x,
                const Tensor& out, float scale) {
    const auto& adapters = context.batch.adapters;
    const Tensor& owners = context.batch.owners;
    for (size_t i = 0; i < adapters.size(); ++i) {
        addDeltasOf(context, layer, i, x, owners, out, scale);
        const Tensor& change = adapters[i]->addition(layer.id).factors_less_one;
        if (!change.defined())
            continue;
        const Tensor product = context.allocate(x.dim(0), layer.outSize());
        ops::matmul(context.backend, {.x = x, .weight = layer.weight, .out = product});
        addDeltasOf(context, layer, i, x, owners, product, 1.0f);
        scaleOwnRows(context, change, product, owners, i);
        keepOwnRows(context, product, owners, {}, i);
        if (scale != 1.0f)
            ops::scale(context.backend, {.x = product, .factor = scale});
        ops::add(context.backend, {.a = out, .b = product, .out = out});
    }
}

void adaptExperts(const LayerContext& context, const Linear& layer, const Tensor& x,
                  const ExpertGroups& groups, const Tensor& source, const Tensor& out) {
    const auto& adapters = context.batch.adapters;
    for (size_t i = 0; i < adapters.size(); ++i) {
        const LinearAddition& addition = adapters[i]->addition(layer.id);
        for (const LoraDelta& delta : addition.deltas) {
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
        if (addition.factors.defined())
            ops::scaleColumns(
                context.backend,
                {.x = out,
                 .factors = addition.factors,
                 .offsets = groups.offsets,
                 .owners = context.batch.mixed_adapters ? context.batch.owners : Tensor(),
                 .tokens = groups.row_token,
                 .owner = int32_t(i)});
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
    adapt(context, layer, x, owners, out);
    // Last: DoRA does not multiply it.
    if (layer.bias.defined())
        ops::addBias(context.backend, {.x = out, .bias = layer.bias, .offsets = {}});
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
    adaptAdded(context, layer, x, out, scale);
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
    adaptExperts(context, layer, x, groups, source, out);
    if (layer.bias.defined())
        ops::addBias(context.backend, {.x = out, .bias = layer.bias, .offsets = groups.offsets});
    return out;
}

}  // namespace hearth::engine
