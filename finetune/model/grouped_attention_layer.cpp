#include "finetune/model/grouped_attention_layer.h"

#include "engine/ops/ops.h"
#include "finetune/ops/bias_backward.h"
#include "finetune/ops/causal_attention_backward.h"
#include "finetune/ops/rms_norm_backward.h"

namespace hearth::finetune {

using engine::Tensor;
namespace ops = engine::ops;

GroupedAttentionLayer::GroupedAttentionLayer(const ModelParameters& parameters,
                                             const engine::ModelConfig& config,
                                             const std::string& path, int64_t layer)
    : m_config(config),
      m_window(config.isSlidingLayer(layer) ? config.sliding_window : 0),
      m_q(projection(parameters, path, "q", config.num_attention_heads)),
      m_k(projection(parameters, path, "k", config.num_key_value_heads)),
      m_v(projection(parameters, path, "v", config.num_key_value_heads)),
      m_o(parameters, path, {{"o_proj", config.hidden_size}},
          config.num_attention_heads * config.head_dim),
      m_oBias(parameters.optionalWeight(path + "o_proj.bias", {config.hidden_size})),
      m_sinks(parameters.optionalWeight(path + "sinks", {config.num_attention_heads})) {}

GroupedAttentionLayer::Projection GroupedAttentionLayer::projection(
    const ModelParameters& parameters, const std::string& path, const std::string& name,
    int64_t heads) const {
    const int64_t width = heads * m_config.head_dim;
    const int64_t normWidth =
        m_config.qk_norm == engine::QkNorm::PerHead ? m_config.head_dim : width;
    return {.linear = Linear(parameters, path, {{name + "_proj", width}}, m_config.hidden_size),
            .bias = parameters.optionalWeight(path + name + "_proj.bias", {width}),
            .norm = parameters.optionalWeight(path + name + "_norm.weight", {normWidth}),
            .heads = heads};
}

Tensor GroupedAttentionLayer::normRows(const Projection& p, const Tensor& x) const {
    return m_config.qk_norm == engine::QkNorm::PerHead
               ? x.reshaped({x.dim(0) * p.heads, m_config.head_dim})
               : x;
}

void GroupedAttentionLayer::rotate(const StepContext& step, const Tensor& x, int64_t heads,
                                   bool inverse) const {
    ops::rope(step.backend, {.x = x,
                             .positions = step.positions,
                             .cos = step.cos,
                             .sin = step.sin,
                             .heads = heads,
                             .head_stride = m_config.head_dim,
                             .interleaved = m_config.rope_interleave,
                             .inverse = inverse});
}

Tensor GroupedAttentionLayer::forwardHeads(const StepContext& step, const Projection& p,
                                           const Tensor& x, Tensor& raw) const {
    const Tensor out = step.floats(x.dim(0), p.linear.outputs());
    p.linear.forward(step, x, out);
    if (p.bias.value.defined())
        ops::addBias(step.backend, {.x = out, .bias = p.bias.value, .offsets = {}});
    if (!p.norm.value.defined())
        return out;
    raw = out;
    const Tensor normed = step.floats(out.dim(0), out.dim(1));
    ops::rmsNorm(step.backend, {.x = normRows(p, raw),
                                .weight = p.norm.value,
                                .out = normRows(p, normed),
                                .eps = float(m_config.rms_norm_eps)});
    return normed;
}

GroupedActivations GroupedAttentionLayer::forward(const StepContext& step, const Tensor& x,
                                                  const Tensor& out) const {
    GroupedActivations kept;
    Tensor unused;
    kept.q = forwardHeads(step, m_q, x, kept.q_raw);
    kept.k = forwardHeads(step, m_k, x, kept.k_raw);
    kept.v = forwardHeads(step, m_v, x, unused);
    rotate(step, kept.q, m_q.heads, false);
    rotate(step, kept.k, m_k.heads, false);
    kept.context = step.floats(x.dim(0), kept.q.dim(1));
    kept.lse = step.floats(x.dim(0), m_q.heads);
    ops::causalAttention(step.backend, {.q = kept.q,
                                        .k = kept.k,
                                        .v = kept.v,
                                        .sinks = m_sinks.value,
                                        .out = kept.context,
                                        .lse = kept.lse,
                                        .segments = step.segments,
                                        .heads = m_q.heads,
                                        .kv_heads = m_k.heads,
                                        .window = m_window,
                                        .scale = float(m_config.softmaxScale())});
    m_o.forward(step, kept.context, out, true);
    if (m_oBias.value.defined())
        ops::addBias(step.backend, {.x = out, .bias = m_oBias.value, .offsets = {}});
    return kept;
}

void GroupedAttentionLayer::backwardHeads(const StepContext& step, const Projection& p,
                                          const Tensor& x, const Tensor& raw, const Tensor& d,
                                          const Tensor& dx, bool accumulateDx) const {
    if (raw.defined())
        rmsNormBackward(step.pool, {.x = normRows(p, raw),
                                    .weight = p.norm.value,
                                    .dout = normRows(p, d),
                                    .dx = normRows(p, d),
                                    .dweight = p.norm.gradient,
                                    .eps = float(m_config.rms_norm_eps)});
    biasBackward(step.pool, {.dout = d, .offsets = {}, .dbias = p.bias.gradient});
    p.linear.backward(step, x, d, dx, accumulateDx);
}

void GroupedAttentionLayer::backward(const StepContext& step, const Tensor& x,
                                     const GroupedActivations& kept, const Tensor& dout,
                                     const Tensor& dx) const {
    const int64_t tokens = x.dim(0);
    biasBackward(step.pool, {.dout = dout, .offsets = {}, .dbias = m_oBias.gradient});
    const Tensor dcontext = step.floats(tokens, kept.context.dim(1));
    m_o.backward(step, kept.context, dout, dcontext);
    const Tensor dq = step.floats(tokens, kept.q.dim(1));
    const Tensor dk = step.floats(tokens, kept.k.dim(1));
    const Tensor dv = step.floats(tokens, kept.v.dim(1));
    causalAttentionBackward(step.pool, {.q = kept.q,
                                        .k = kept.k,
                                        .v = kept.v,
                                        .sinks = m_sinks.value,
                                        .out = kept.context,
                                        .lse = kept.lse,
                                        .dout = dcontext,
                                        .dq = dq,
                                        .dk = dk,
                                        .dv = dv,
                                        .dsinks = m_sinks.gradient,
                                        .segments = step.segments,
                                        .heads = m_q.heads,
                                        .kv_heads = m_k.heads,
                                        .window = m_window,
                                        .scale = float(m_config.softmaxScale()),
                                        .operands = step.operands});
    rotate(step, dq, m_q.heads, true);
    rotate(step, dk, m_k.heads, true);
    backwardHeads(step, m_q, x, kept.q_raw, dq, dx, false);
    backwardHeads(step, m_k, x, kept.k_raw, dk, dx, true);
    backwardHeads(step, m_v, x, Tensor(), dv, dx, true);
}

}  // namespace hearth::finetune
