#include "engine/layers/key_indexer.h"

#include <cmath>

#include "engine/ops/ops.h"
#include "engine/runtime/kv_cache.h"

namespace hearth::engine {
namespace {

constexpr float kIndexerNormEps = 1e-6f;

void rotateHalfSplit(const LayerContext& context, const Tensor& x, int64_t heads, int64_t width) {
    ops::rope(context.backend, {.x = x,
                                .positions = context.batch.rope_rows,
                                .cos = context.rope.cos,
                                .sin = context.rope.sin,
                                .heads = heads,
                                .head_stride = width,
                                .head_offset = 0,
                                .interleaved = false});
}

}  // namespace

Tensor KeyIndexer::select(const LayerContext& context, const Tensor& x, const Tensor& queryLatent,
                          const Tensor& cache) const {
    const StepBatch& batch = context.batch;
    const Tensor k = linear(context, wk, x);
    ops::layerNorm(
        context.backend,
        {.x = k, .weight = k_norm_weight, .bias = k_norm_bias, .out = k, .eps = kIndexerNormEps});
    rotateHalfSplit(context, k, 1, head_dim);
    ops::cacheWrite(context.backend, {.rows = k, .slots = batch.slots, .cache = cache});

    const Tensor q = linear(context, wq_b, queryLatent);
    rotateHalfSplit(context, q, heads, head_dim);
    const Tensor weights = linear(context, weights_proj, x);
    ops::scale(context.backend,
               {.x = weights, .factor = 1.0f / std::sqrt(float(heads) * float(head_dim))});
    const Tensor selected = allocate(context.backend, DType::I32, {batch.tokens, top_k});
    ops::selectKeys(context.backend, {.q = q,
                                      .weights = weights,
                                      .keys = cache,
                                      .page_tables = batch.page_tables,
                                      .sequences = batch.sequences,
                                      .lengths = batch.lengths,
                                      .page_tokens = KvCache::kPageTokens,
                                      .heads = heads,
                                      .selected = selected});
    return selected;
}

}  // namespace hearth::engine
