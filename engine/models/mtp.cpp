#include "engine/models/mtp.h"

#include "engine/ops/ops.h"

namespace hearth::engine {

void MtpModule::embed(const LayerContext& context, const Tensor& main_embedding,
                      const Tensor& joined) const {
    const Tensor embedded = joined.columns(0, joined.dim(1) / 2);
    ops::embedding(context.backend, {.table = embedding.defined() ? embedding : main_embedding,
                                     .ids = context.batch.ids,
                                     .out = embedded});
    ops::rmsNorm(context.backend,
                 {.x = embedded, .weight = embedding_norm, .out = embedded, .eps = block.norm_eps});
}

void MtpModule::addStates(const LayerContext& context, std::span<const Tensor> states,
                          int64_t first, const Tensor& joined) const {
    const Tensor right = joined.columns(joined.dim(1) / 2, joined.dim(1));
    for (const Tensor& part : states) {
        const int64_t end = first + part.dim(0);
        ops::rmsNorm(context.backend, {.x = part,
                                       .weight = hidden_norm,
                                       .out = right.rows(first, end),
                                       .eps = block.norm_eps});
        first = end;
    }
}

Tensor MtpModule::forward(const LayerContext& context, const Tensor& joined,
                          const Tensor& cache) const {
    // Rope is relative, so the block may run at the positions of the main model's tokens although
    // it stands for the ones after them.
    const Tensor hidden = linear(context, eh_proj, joined);
    block.forward(context, hidden, cache);
    return hidden;
}

Draft MtpModule::draft(const LayerContext& context, const Tensor& hidden,
                       const Linear& main_head) const {
    const Tensor& rows = context.batch.logits_rows;
    if (rows.dim(0) == 0)
        return {};
    const Tensor wanted = context.allocate(rows.dim(0), hidden.dim(1));
    ops::gatherRows(context.backend, {.x = hidden, .ids = rows, .out = wanted});
    Draft out;
    out.hidden = normalised(context, wanted, head_norm, block.norm_eps);
    out.logits = linear(context, head.weight.defined() ? head : main_head, out.hidden,
                        context.batch.logits_owners);
    return out;
}

}  // namespace hearth::engine
