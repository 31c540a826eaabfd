#include "finetune/model/attention_layer.h"

#include <algorithm>

#include "engine/ops/ops.h"
#include "finetune/ops/causal_attention_backward.h"
#include "finetune/ops/head_split.h"
#include "finetune/ops/rms_norm_backward.h"

namespace hearth::finetune {

using engine::Tensor;
namespace ops = engine::ops;

namespace {

HeadSplitShape headSplit(const engine::ModelConfig& config) {
    return {config.num_attention_heads, config.qk_nope_head_dim, config.qk_rope_head_dim,
            config.v_head_dim};
}

}  // namespace

AttentionLayer::AttentionLayer(const ModelParameters& parameters, const engine::ModelConfig& config,
                               const std::string& path)
    : m_config(config),
      m_q(parameters, path,
          {{config.q_lora_rank > 0 ? "q_b_proj" : "q_proj",
            config.num_attention_heads * config.qkHeadDim()}},
          config.q_lora_rank > 0 ? config.q_lora_rank : config.hidden_size),
      m_kvA(parameters, path, {{"kv_a_proj_with_mqa", config.cacheWidth()}}, config.hidden_size),
      m_kvANorm(parameters.weight(path + "kv_a_layernorm.weight", {config.kv_lora_rank})),
      m_kvB(parameters, path,
            {{"kv_b_proj",
              config.num_attention_heads * (config.qk_nope_head_dim + config.v_head_dim)}},
            config.kv_lora_rank),
      m_o(parameters, path, {{"o_proj", config.hidden_size}},
          config.num_attention_heads * config.v_head_dim) {
    if (config.q_lora_rank > 0) {
        m_qA.emplace(parameters, path, std::vector<Linear::Part>{{"q_a_proj", config.q_lora_rank}},
                     config.hidden_size);
        m_qANorm = parameters.weight(path + "q_a_layernorm.weight", {config.q_lora_rank});
    }
}

void AttentionLayer::rotateQuery(const StepContext& step, const Tensor& q, bool inverse) const {
    ops::rope(step.backend, {.x = q,
                             .positions = step.positions,
                             .cos = step.cos,
                             .sin = step.sin,
                             .heads = m_config.num_attention_heads,
                             .head_stride = m_config.qkHeadDim(),
                             .head_offset = m_config.qk_nope_head_dim,
                             .interleaved = m_config.rope_interleave,
                             .inverse = inverse});
}

void AttentionLayer::rotateKey(const StepContext& step, const Tensor& key, bool inverse) const {
    ops::rope(step.backend, {.x = key,
                             .positions = step.positions,
                             .cos = step.cos,
                             .sin = step.sin,
                             .heads = 1,
                             .head_stride = m_config.qk_rope_head_dim,
                             .head_offset = 0,
                             .interleaved = m_config.rope_interleave,
                             .inverse = inverse});
}

void AttentionLayer::forwardQuery(const StepContext& step, const Tensor& x,
                                  AttentionActivations& kept) const {
    const int64_t tokens = x.dim(0);
    kept.q = step.floats(tokens, m_q.outputs());
    if (m_qA) {
        kept.q_a = step.floats(tokens, m_config.q_lora_rank);
        kept.q_normed = step.floats(tokens, m_config.q_lora_rank);
        m_qA->forward(step, x, kept.q_a);
        ops::rmsNorm(step.backend, {.x = kept.q_a,
                                    .weight = m_qANorm.value,
                                    .out = kept.q_normed,
                                    .eps = engine::kMlaNormEps});
        m_q.forward(step, kept.q_normed, kept.q);
    } else {
        m_q.forward(step, x, kept.q);
    }
    rotateQuery(step, kept.q, false);
}

void AttentionLayer::forwardKeyValue(const StepContext& step, const Tensor& x,
                                     AttentionActivations& kept) const {
    const int64_t tokens = x.dim(0), rank = m_config.kv_lora_rank;
    kept.kv_a = step.floats(tokens, m_config.cacheWidth());
    kept.latent = step.floats(tokens, rank);
    kept.k = step.floats(tokens, m_config.num_attention_heads * m_config.qkHeadDim());
    kept.v = step.floats(tokens, m_config.num_attention_heads * m_config.v_head_dim);
    m_kvA.forward(step, x, kept.kv_a);
    ops::rmsNorm(step.backend, {.x = kept.kv_a.columns(0, rank),
                                .weight = m_kvANorm.value,
                                .out = kept.latent,
                                .eps = engine::kMlaNormEps});
    const Tensor ropeKey = kept.kv_a.columns(rank, m_config.cacheWidth());
    rotateKey(step, ropeKey, false);
    const Tensor kv = step.floats(tokens, m_kvB.outputs());
    m_kvB.forward(step, kept.latent, kv);
    splitHeads(step.pool, headSplit(m_config), kv, ropeKey, kept.k, kept.v);
}

AttentionActivations AttentionLayer::forward(const StepContext& step, const Tensor& x,
                                             const Tensor& out) const {
    AttentionActivations kept;
    forwardQuery(step, x, kept);
    forwardKeyValue(step, x, kept);
    kept.context = step.floats(x.dim(0), kept.v.dim(1));
    kept.lse = step.floats(x.dim(0), m_config.num_attention_heads);
    ops::causalAttention(step.backend, {.q = kept.q,
                                        .k = kept.k,
                                        .v = kept.v,
                                        .out = kept.context,
                                        .lse = kept.lse,
                                        .segments = step.segments,
                                        .heads = m_config.num_attention_heads,
                                        .scale = float(m_config.softmaxScale())});
    m_o.forward(step, kept.context, out, true);
    return kept;
}

void AttentionLayer::backwardQuery(const StepContext& step, const Tensor& x,
                                   const AttentionActivations& kept, const Tensor& dq,
                                   const Tensor& dx) const {
    rotateQuery(step, dq, true);
    if (!m_qA)
        return m_q.backward(step, x, dq, dx);
    const Tensor dqA = step.floats(x.dim(0), m_config.q_lora_rank);
    m_q.backward(step, kept.q_normed, dq, dqA);
    rmsNormBackward(step.pool, {.x = kept.q_a,
                                .weight = m_qANorm.value,
                                .dout = dqA,
                                .dx = dqA,
                                .dweight = m_qANorm.gradient,
                                .eps = engine::kMlaNormEps});
    m_qA->backward(step, x, dqA, dx);
}

void AttentionLayer::backwardKeyValue(const StepContext& step, const Tensor& x,
                                      const AttentionActivations& kept, const Tensor& dk,
                                      const Tensor& dv, const Tensor& dx) const {
    const int64_t tokens = x.dim(0), rank = m_config.kv_lora_rank;
    const Tensor dkvA = step.floats(tokens, m_config.cacheWidth());
    const Tensor dropeKey = dkvA.columns(rank, m_config.cacheWidth());
    const Tensor dkv = step.floats(tokens, m_kvB.outputs());
    splitHeadsBackward(step.pool, headSplit(m_config), dk, dv, dkv, dropeKey);
    rotateKey(step, dropeKey, true);
    const Tensor dlatent = step.floats(tokens, rank);
    m_kvB.backward(step, kept.latent, dkv, dlatent);
    rmsNormBackward(step.pool, {.x = kept.kv_a.columns(0, rank),
                                .weight = m_kvANorm.value,
                                .dout = dlatent,
                                .dx = dkvA.columns(0, rank),
                                .dweight = m_kvANorm.gradient,
                                .eps = engine::kMlaNormEps});
    m_kvA.backward(step, x, dkvA, dx, true);
}

void AttentionLayer::backward(const StepContext& step, const Tensor& x,
                              const AttentionActivations& kept, const Tensor& dout,
                              const Tensor& dx) const {
    const int64_t tokens = x.dim(0);
    const Tensor dcontext = step.floats(tokens, kept.context.dim(1));
    m_o.backward(step, kept.context, dout, dcontext);
    const Tensor dq = step.floats(tokens, kept.q.dim(1));
    const Tensor dk = step.floats(tokens, kept.k.dim(1));
    const Tensor dv = step.floats(tokens, kept.v.dim(1));
    causalAttentionBackward(step.pool, {.q = kept.q,
                                        .k = kept.k,
                                        .v = kept.v,
                                        .out = kept.context,
                                        .lse = kept.lse,
                                        .dout = dcontext,
                                        .dq = dq,
                                        .dk = dk,
                                        .dv = dv,
                                        .segments = step.segments,
                                        .heads = m_config.num_attention_heads,
                                        .scale = float(m_config.softmaxScale()),
                                        .operands = step.operands});
    backwardQuery(step, x, kept, dq, dx);
    backwardKeyValue(step, x, kept, dk, dv, dx);
}

}  // namespace hearth::finetune
