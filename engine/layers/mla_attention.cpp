#include "engine/layers/mla_attention.h"

#include "engine/models/model_config.h"
#include "engine/ops/latent_page.h"
#include "engine/ops/ops.h"
#include "engine/runtime/kv_cache.h"

namespace hearth::engine {
namespace {

/// Calls use(delta, keep) for every adapter of the step that adds to kv_b; keep(low) clears the
/// rows of a [tokens, heads * rank] product whose tokens use another adapter.
/// keep(low) comes with scale(x, factors): the same rows of x times DoRA's factors.
template <typename Use>
void forEachAbsorbed(const LayerContext& context, const Linear& kv_b, const Tensor& owners,
                     Use use) {
    const auto& adapters = context.batch.adapters;
    for (size_t i = 0; i < adapters.size(); ++i) {
        const auto& absorbed = adapters[i]->addition(kv_b.id).absorbed;
        if (!absorbed)
            continue;
        const auto keep = [&](const Tensor& low) {
            if (context.batch.mixed_adapters)
                ops::keepRows(context.backend,
                              {.x = low, .owners = owners, .tokens = {}, .owner = int32_t(i)});
        };
        const auto scale = [&](const Tensor& x, const Tensor& factors) {
            if (factors.defined())
                ops::scaleColumns(context.backend,
                                  {.x = x,
                                   .factors = factors,
                                   .offsets = {},
                                   .owners = context.batch.mixed_adapters ? owners : Tensor(),
                                   .tokens = {},
                                   .owner = int32_t(i)});
        };
        use(*absorbed, keep, scale);
    }
}

}  // namespace

void MlaAttention::forward(const LayerContext& context, const Tensor& x, const Tensor& cache,
                           const Tensor& residual) const {
    const StepBatch& batch = context.batch;
    const Tensor qkv = linear(context, qkv_a, x);
    const Tensor latentQ = queryLatent(context, qkv);
    const Tensor q = queries(context, latentQ);
    const Tensor latentCache =
        cache.dtype() == DType::U8 ? cache : cache.columns(0, shape.latentWidth());
    writeCache(context, qkv, latentCache);
    const Tensor out = context.allocate(batch.tokens, shape.heads * shape.v_head_dim);
    if (indexer) {
        const Tensor indexKeys = cache.columns(shape.latentWidth(), cache.dim(1));
        const Tensor selected = indexer->select(context, x, latentQ, indexKeys);
        absorbed(context, q, 0, latentCache, selected, out);
    } else {
        const int64_t split = batch.prefill_tokens;
        if (split > 0)
            prefill(context, q.rows(0, split), latentCache, out.rows(0, split));
        if (batch.decode_tokens() > 0)
            absorbed(context, q.rows(split, batch.tokens), split, latentCache, {},
                     out.rows(split, batch.tokens));
    }
    linearAdd(context, o, out, residual, residual_multiplier);
}

/// [T, q_lora_rank] normalised; without q_lora_rank the queries themselves, not yet rotated.
Tensor MlaAttention::queryLatent(const LayerContext& context, const Tensor& qkv) const {
    const Tensor q = qkv.columns(0, qkv.dim(1) - shape.latentWidth());
    if (shape.q_lora_rank > 0)
        ops::rmsNorm(context.backend, {.x = q, .weight = q_norm, .out = q, .eps = kMlaNormEps});
    return q;
}

/// [T, heads * (nope + rope)], rope part rotated.
Tensor MlaAttention::queries(const LayerContext& context, const Tensor& latent) const {
    const Tensor q = shape.q_lora_rank > 0 ? linear(context, q_b, latent) : latent;
    ops::rope(context.backend, {.x = q,
                                .positions = context.batch.rope_rows,
                                .cos = context.rope.cos,
                                .sin = context.rope.sin,
                                .heads = shape.heads,
                                .head_stride = shape.qkHeadDim(),
                                .head_offset = shape.qk_nope_head_dim,
                                .interleaved = shape.rope_interleave});
    return q;
}

void MlaAttention::writeCache(const LayerContext& context, const Tensor& qkv,
                              const Tensor& cache) const {
    const Tensor rows = qkv.columns(qkv.dim(1) - shape.latentWidth(), qkv.dim(1));
    const Tensor latent = rows.columns(0, shape.kv_lora_rank);
    ops::rmsNorm(context.backend,
                 {.x = latent, .weight = latent_norm, .out = latent, .eps = kMlaNormEps});
    const Tensor turned = rows.columns(shape.kv_lora_rank, shape.latentWidth());
    ops::rope(context.backend, {.x = turned,
                                .positions = context.batch.rope_rows,
                                .cos = context.rope.cos,
                                .sin = context.rope.sin,
                                .heads = 1,
                                .interleaved = shape.rope_interleave});
    const CacheParts parts = partsOf(cache);
    ops::cacheWrite(context.backend,
                    {.rows = latent, .slots = context.batch.slots, .cache = parts.latent});
    ops::cacheWrite(context.backend,
                    {.rows = turned, .slots = context.batch.slots, .cache = parts.rope});
}

MlaAttention::CacheParts MlaAttention::partsOf(const Tensor& cache) const {
    const int64_t split =
        cache.dtype() == DType::U8 ? latentPartWidth(shape.kv_lora_rank) : shape.kv_lora_rank;
    return {cache.columns(0, split), cache.columns(split, cache.dim(1))};
}

void MlaAttention::absorbed(const LayerContext& context, const Tensor& q, int64_t firstToken,
                            const Tensor& cache, const Tensor& selected, const Tensor& out) const {
    const Tensor latent = context.allocate(q.dim(0), shape.heads * shape.kv_lora_rank);
    const auto ofTokens = [&](const Tensor& all) {
        return all.rows(firstToken, firstToken + q.dim(0));
    };
    ops::mlaDecode(context.backend,
                   {.q_latent = latentQueries(context, q, ofTokens(context.batch.owners)),
                    .q_rope = q.columns(shape.qk_nope_head_dim, q.dim(1)),
                    .q_rope_head_stride = shape.qkHeadDim(),
                    .cache = cache,
                    .page_tables = context.batch.page_tables,
                    .sequences = ofTokens(context.batch.sequences),
                    .lengths = ofTokens(context.batch.lengths),
                    .selected = selected,
                    .page_tokens = KvCache::kPageTokens,
                    .heads = shape.heads,
                    .kv_lora_rank = shape.kv_lora_rank,
                    .qk_rope_head_dim = shape.qk_rope_head_dim,
                    .out = latent,
                    .scale = shape.scale});
    valuesOfLatent(context, latent, ofTokens(context.batch.owners), out);
}

/// q_nope W_UK, plus scale * (q_nope B_K) A of an adapter. With DoRA, whose factors of the keys
/// reach the queries instead, q is multiplied by them.
Tensor MlaAttention::latentQueries(const LayerContext& context, const Tensor& q,
                                   const Tensor& owners) const {
    const int64_t tokens = q.dim(0);
    const Tensor out = context.allocate(tokens, shape.heads * shape.kv_lora_rank);
    forEachAbsorbed(context, kv_b, owners, [&](const AbsorbedDelta& delta, auto, auto scale) {
        scale(q, delta.query_factors);
    });
    ops::perHeadMatmul(
        context.backend,
        {.x = q, .x_head_stride = shape.qkHeadDim(), .weight = k_absorb, .out = out});
    forEachAbsorbed(context, kv_b, owners, [&](const AbsorbedDelta& delta, auto keep, auto) {
        const int64_t rank = delta.a.dim(0);
        const Tensor low = context.allocate(tokens, shape.heads * rank);
        ops::perHeadMatmul(
            context.backend,
            {.x = q, .x_head_stride = shape.qkHeadDim(), .weight = delta.b_k, .out = low});
        keep(low);
        ops::matmul(context.backend,
                    {.x = low.reshaped({tokens * shape.heads, rank}),
                     .weight = delta.a_expand,
                     .out = out.reshaped({tokens * shape.heads, shape.kv_lora_rank}),
                     .accumulate = true,
                     .scale = delta.scale});
    });
    return out;
}

/// W_UV latent, plus B_V (A latent) of an adapter.
void MlaAttention::valuesOfLatent(const LayerContext& context, const Tensor& latent,
                                  const Tensor& owners, const Tensor& out) const {
    ops::perHeadMatmul(
        context.backend,
        {.x = latent, .x_head_stride = shape.kv_lora_rank, .weight = v_absorb, .out = out});
    const int64_t tokens = latent.dim(0);
    forEachAbsorbed(context, kv_b, owners, [&](const AbsorbedDelta& delta, auto keep, auto scale) {
        const int64_t rank = delta.a.dim(0);
        const Tensor low = context.allocate(tokens, shape.heads * rank);
        ops::matmul(context.backend,
                    {.x = latent.reshaped({tokens * shape.heads, shape.kv_lora_rank}),
                     .weight = delta.a,
                     .out = low.reshaped({tokens * shape.heads, rank})});
        keep(low);
        const Tensor addition = context.allocate(tokens, out.dim(1));
        ops::perHeadMatmul(
            context.backend,
            {.x = low, .x_head_stride = rank, .weight = delta.b_v_scaled, .out = addition});
        ops::add(context.backend, {.a = out, .b = addition, .out = out});
        scale(out, delta.value_factors);
    });
}

}  // namespace hearth::engine
