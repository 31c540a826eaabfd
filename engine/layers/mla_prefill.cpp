// Prefill of MlaAttention: keys and values are rebuilt from the cache for all heads.
#include <algorithm>
#include <utility>

#include "engine/layers/expanded_keys.h"
#include "engine/layers/mla_attention.h"
#include "engine/ops/latent_page.h"
#include "engine/ops/ops.h"
#include "engine/runtime/kv_cache.h"

namespace hearth::engine {
namespace {

// Keys that are rebuilt in F32 at a time, before they are quantised.
constexpr int64_t kExpandTokens = 512;
static_assert(kExpandTokens % kLatentPageTokens == 0 && KvCache::kPageTokens == kLatentPageTokens);

}  // namespace

/// Keys and values are always rebuilt from the cache, the step's own tokens included, so that
/// a prompt gives the same bits whole and in chunks.
void MlaAttention::prefill(const LayerContext& context, const Tensor& q, const Tensor& cache,
                           const Tensor& out) const {
    if (cache.dtype() == DType::U8 && expandedShape().fits())
        return expandedPrefill(context, q, cache, out);
    const int64_t count = context.batch.context_tokens;
    const int64_t perHead = shape.qk_nope_head_dim + shape.v_head_dim;
    const Tensor rows = context.allocate(count, shape.latentWidth());
    const CacheParts parts = partsOf(cache);
    for (const PrefillSequence& sequence : context.batch.prefill) {
        const AttentionSegment& segment = sequence.segment;
        const Tensor target = rows.rows(segment.k_begin, segment.k_begin + segment.k_len);
        const auto gather = [&](const Tensor& part, const Tensor& out) {
            ops::cacheGather(context.backend, {.cache = part,
                                               .page_table = sequence.page_table,
                                               .page_tokens = KvCache::kPageTokens,
                                               .length = segment.k_len,
                                               .out = out});
        };
        gather(parts.latent, target.columns(0, shape.kv_lora_rank));
        gather(parts.rope, target.columns(shape.kv_lora_rank, shape.latentWidth()));
    }
    const Tensor kv =
        linear(context, kv_b, rows.columns(0, shape.kv_lora_rank), context.batch.context_owners)
            .reshaped({count * shape.heads, perHead});
    const Tensor v = context.allocate(count * shape.heads, shape.v_head_dim);
    ops::copy(context.backend, {.x = kv.columns(shape.qk_nope_head_dim, perHead), .out = v});
    ops::causalAttention(context.backend, {.q = q,
                                           .k = keys(context, rows, kv),
                                           .v = v.reshaped({count, shape.heads * shape.v_head_dim}),
                                           .out = out,
                                           .lse = {},
                                           .segments = context.batch.segments,
                                           .heads = shape.heads,
                                           .scale = shape.scale});
}

/// [keys, heads * (nope + rope)]: each head's own part beside the shared rope key.
Tensor MlaAttention::keys(const LayerContext& context, const Tensor& rows, const Tensor& kv) const {
    const int64_t nope = shape.qk_nope_head_dim;
    const Tensor k = context.allocate(kv.dim(0), shape.qkHeadDim());
    ops::copy(context.backend, {.x = kv.columns(0, nope), .out = k.columns(0, nope)});
    ops::gatherRows(context.backend, {.x = rows.columns(shape.kv_lora_rank, shape.latentWidth()),
                                      .ids = context.batch.key_owner,
                                      .out = k.columns(nope, shape.qkHeadDim())});
    return k.reshaped({rows.dim(0), shape.heads * shape.qkHeadDim()});
}

ExpandedShape MlaAttention::expandedShape() const {
    return {.heads = shape.heads,
            .key = shape.qk_nope_head_dim,
            .rope = shape.qk_rope_head_dim,
            .value = shape.v_head_dim};
}

/// Over the int8 cache keys and values are in 8 bits as well.
void MlaAttention::expandedPrefill(const LayerContext& context, const Tensor& q,
                                   const Tensor& cache, const Tensor& out) const {
    for (const PrefillSequence& sequence : context.batch.prefill) {
        const AttentionSegment& s = sequence.segment;
        Tensor* kept = keptKeys(context, sequence);
        const Tensor keys = kept ? *kept : makeKeys(context, s.k_len);
        const int64_t known = kept ? sequence.kept->tokens : 0;
        for (int64_t first = known / kLatentPageTokens * kLatentPageTokens; first < s.k_len;
             first += kExpandTokens)
            expand(context, sequence, cache, first, std::min(first + kExpandTokens, s.k_len), keys);
        ops::expandedAttention(context.backend, {.q = q.rows(s.q_begin, s.q_begin + s.q_len),
                                                 .keys = keys,
                                                 .out = out.rows(s.q_begin, s.q_begin + s.q_len),
                                                 .k_len = s.k_len,
                                                 .shape = expandedShape(),
                                                 .scale = shape.scale});
    }
}

Tensor MlaAttention::makeKeys(const LayerContext& context, int64_t tokens) const {
    return allocate(context.backend, DType::U8,
                    {ExpandedShape::pages(tokens), expandedShape().pageBytes()});
}

/// Those that the sequence keeps of this layer, or null.
Tensor* MlaAttention::keptKeys(const LayerContext& context, const PrefillSequence& sequence) const {
    ExpandedKeys* kept = sequence.kept;
    if (!kept || context.layer >= int64_t(kept->layers.size()))
        return nullptr;
    CORE_ASSERT(kept->capacity >= sequence.segment.k_len);
    Tensor& layer = kept->layers[size_t(context.layer)];
    if (!layer.defined())
        layer = makeKeys(context, kept->capacity);
    return &layer;
}

/// Tokens [begin, end) of the sequence, from the beginning of a page on.
void MlaAttention::expand(const LayerContext& context, const PrefillSequence& sequence,
                          const Tensor& cache, int64_t begin, int64_t end,
                          const Tensor& keys) const {
    const Tensor rows = context.allocate(end - begin, shape.latentWidth());
    const Tensor latent = rows.columns(0, shape.kv_lora_rank);
    const Tensor rope = rows.columns(shape.kv_lora_rank, shape.latentWidth());
    const CacheParts parts = partsOf(cache);
    for (const auto& [part, target] : {std::pair{parts.latent, latent}, {parts.rope, rope}})
        ops::cacheGather(context.backend,
                         {.cache = part,
                          .page_table = sequence.page_table.rows(begin / kLatentPageTokens,
                                                                 sequence.page_table.dim(0)),
                          .page_tokens = kLatentPageTokens,
                          .length = end - begin,
                          .out = target});
    const int64_t first = sequence.segment.k_begin;
    const Tensor& owners = context.batch.context_owners;
    const Tensor kv = linear(context, kv_b, latent,
                             owners.defined() ? owners.rows(first + begin, first + end) : owners);
    ops::expandKeys(
        context.backend,
        {.kv = kv, .rope = rope, .out = keys, .first = begin, .shape = expandedShape()});
}

}  // namespace hearth::engine
