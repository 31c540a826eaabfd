#include "finetune/model/decoder_layer.h"

#include "engine/ops/ops.h"
#include "finetune/ops/rms_norm_backward.h"

namespace hearth::finetune {

using engine::Tensor;
namespace ops = engine::ops;

namespace {

std::string layerPath(int64_t layer) {
    return "model.layers." + std::to_string(layer) + ".";
}

Tensor normed(const StepContext& step, const Tensor& x, const Weight& weight, float eps) {
    const Tensor out = step.floats(x.dim(0), x.dim(1));
    ops::rmsNorm(step.backend, {.x = x, .weight = weight.value, .out = out, .eps = eps});
    return out;
}

Tensor copied(const StepContext& step, const Tensor& x) {
    const Tensor out = step.floats(x.dim(0), x.dim(1));
    ops::copy(step.backend, {.x = x, .out = out});
    return out;
}

}  // namespace

DecoderLayer::DecoderLayer(const ModelParameters& parameters, const engine::ModelConfig& config,
                           int64_t layer)
    : m_inputNorm(
          parameters.weight(layerPath(layer) + "input_layernorm.weight", {config.hidden_size})),
      m_attention(parameters, config, layerPath(layer) + "self_attn."),
      m_middleNorm(parameters.weight(layerPath(layer) + "post_attention_layernorm.weight",
                                     {config.hidden_size})),
      m_eps(float(config.rms_norm_eps)) {
    if (config.isMoeLayer(layer))
        m_moe.emplace(parameters, config, layerPath(layer) + "mlp.");
    else
        m_dense.emplace(parameters, layerPath(layer) + "mlp.", config.hidden_size,
                        config.intermediate_size);
}

Tensor DecoderLayer::forward(const StepContext& step, const Tensor& x,
                             DecoderActivations& kept) const {
    kept.input = x;
    kept.normed = normed(step, x, m_inputNorm, m_eps);
    kept.middle = copied(step, x);
    kept.attention = m_attention.forward(step, kept.normed, kept.middle);
    kept.middle_normed = normed(step, kept.middle, m_middleNorm, m_eps);
    const Tensor out = copied(step, kept.middle);
    if (m_moe)
        kept.moe = m_moe->forward(step, kept.middle_normed, out);
    else
        kept.dense = m_dense->forward(step, kept.middle_normed, out, true);
    return out;
}

void DecoderLayer::backward(const StepContext& step, const DecoderActivations& kept,
                            const Tensor& d, bool inputGradient) const {
    const Tensor dnormed = step.floats(d.dim(0), d.dim(1));
    if (m_moe)
        m_moe->backward(step, kept.middle_normed, kept.moe, d, dnormed);
    else
        m_dense->backward(step, kept.middle_normed, kept.dense, d, dnormed, false);
    rmsNormBackward(step.pool, {.x = kept.middle,
                                .weight = m_middleNorm.value,
                                .dout = dnormed,
                                .dx = d,
                                .dweight = m_middleNorm.gradient,
                                .accumulate_dx = true,
                                .eps = m_eps});
    const Tensor dattention = inputGradient || m_inputNorm.gradient.defined() ? dnormed : Tensor();
    m_attention.backward(step, kept.normed, kept.attention, d, dattention);
    if (dattention.defined())
        rmsNormBackward(step.pool, {.x = kept.input,
                                    .weight = m_inputNorm.value,
                                    .dout = dnormed,
                                    .dx = d,
                                    .dweight = m_inputNorm.gradient,
                                    .accumulate_dx = true,
                                    .eps = m_eps});
}

}  // namespace hearth::finetune
