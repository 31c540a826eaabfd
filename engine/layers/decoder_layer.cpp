#include "engine/layers/decoder_layer.h"

#include "engine/ops/ops.h"

namespace hearth::engine {

Tensor normalised(const LayerContext& context, const Tensor& x, const Tensor& weight, float eps) {
    const Tensor out = context.allocate(x.dim(0), x.dim(1));
    ops::rmsNorm(context.backend, {.x = x, .weight = weight, .out = out, .eps = eps});
    return out;
}

void DecoderLayer::forward(const LayerContext& context, const Tensor& hidden,
                           const Tensor& cache) const {
    const Tensor attended = normalised(context, hidden, input_norm, norm_eps);
    std::visit([&](const auto& block) { block.forward(context, attended, cache, hidden); },
               attention);
    const Tensor x = normalised(context, hidden, post_attention_norm, norm_eps);
    std::visit([&](const auto& block) { block.forward(context, x, hidden); }, mlp);
}

}  // namespace hearth::engine
