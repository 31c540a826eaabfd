#include "engine/layers/grouped_attention.h"

#include "engine/ops/ops.h"
#include "engine/runtime/kv_cache.h"

namespace hearth::engine {

void GroupedAttention::forward(const LayerContext& context, const Tensor& x, const Tensor& cache,
                               const Tensor& residual) const {
    const Tensor projected = linear(context, qkv, x);
    const int64_t queries = shape.queryWidth(), keys = shape.keyWidth();
    const Tensor q = projected.columns(0, queries);
    const Tensor k = projected.columns(queries, queries + keys);
    normalise(context, q, q_norm, shape.heads);
    normalise(context, k, k_norm, shape.kv_heads);
    rotate(context, q, shape.heads);
    rotate(context, k, shape.kv_heads);
    ops::cacheWrite(context.backend, {.rows = projected.columns(queries, queries + 2 * keys),
                                      .slots = context.batch.slots,
                                      .cache = cache});
    const Tensor out = context.allocate(x.dim(0), queries);
    ops::pagedAttention(context.backend, {.q = q,
                                          .cache = cache,
                                          .page_tables = context.batch.page_tables,
                                          .sinks = sinks,
                                          .out = out,
                                          .segments = context.batch.paged,
                                          .page_tokens = KvCache::kPageTokens,
                                          .heads = shape.heads,
                                          .kv_heads = shape.kv_heads,
                                          .window = shape.window,
                                          .scale = shape.scale});
    linearAdd(context, o, out, residual, residual_multiplier);
}

void GroupedAttention::normalise(const LayerContext& context, const Tensor& x, const Tensor& weight,
                                 int64_t heads) const {
    if (shape.qk_norm == QkNorm::None)
        return;
    ops::rmsNorm(context.backend, {.x = x,
                                   .weight = weight,
                                   .out = x,
                                   .eps = shape.norm_eps,
                                   .groups = shape.qk_norm == QkNorm::PerHead ? heads : 1});
}

void GroupedAttention::rotate(const LayerContext& context, const Tensor& x, int64_t heads) const {
    ops::rope(context.backend, {.x = x,
                                .positions = context.batch.rope_rows,
                                .cos = context.rope.cos,
                                .sin = context.rope.sin,
                                .heads = heads,
                                .head_stride = shape.head_dim,
                                .interleaved = shape.rope_interleave});
}

}  // namespace hearth::engine
