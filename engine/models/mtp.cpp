#include "engine/models/mtp.h"

#include "engine/ops/ops.h"

namespace hearth::engine {

Tensor MtpModule::logits(const LayerContext& context, const Tensor& main_embedding,
                         const Linear& main_head, const Tensor& main_hidden,
                         std::span<const int32_t> next, const Tensor& cache) const {
    Backend& backend = context.backend;
    const int64_t tokens = main_hidden.dim(0), width = main_hidden.dim(1);
    const Tensor joined = context.allocate(tokens, 2 * width);
    const Tensor embedded = joined.columns(0, width);
    ops::embedding(backend, {.table = embedding.defined() ? embedding : main_embedding,
                             .ids = uploadInts(backend, next),
                             .out = embedded});
    ops::rmsNorm(backend,
                 {.x = embedded, .weight = embedding_norm, .out = embedded, .eps = block.norm_eps});
    ops::rmsNorm(backend, {.x = main_hidden,
                           .weight = hidden_norm,
                           .out = joined.columns(width, 2 * width),
                           .eps = block.norm_eps});
    // Rope is relative, so the block may run at the positions of `tokens` although it
    // stands for the ones after them.
    const Tensor hidden = linear(context, eh_proj, joined);
    block.forward(context, hidden, cache);
    const Tensor x = normalised(context, hidden, head_norm, block.norm_eps);
    return linear(context, head.weight.defined() ? head : main_head, x);
}

}  // namespace hearth::engine
