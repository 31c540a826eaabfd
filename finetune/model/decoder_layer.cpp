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

/// Among the layers with experts.
size_t moePlace(const engine::ModelConfig& config, int64_t layer) {
    size_t place = 0;
    for (int64_t i = 0; i < layer; ++i)
        place += config.isMoeLayer(i) ? 1 : 0;
    return place;
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
      m_middleNorm(parameters.weight(layerPath(layer) + "post_attention_layernorm.weight",
                                     {config.hidden_size})),
      m_eps(float(config.rms_norm_eps)),
      m_residualMultiplier(float(config.residual_multiplier)) {
    if (config.latent())
        m_latent.emplace(parameters, config, layerPath(layer) + "self_attn.");
    else
        m_grouped.emplace(parameters, config, layerPath(layer) + "self_attn.", layer);
    if (config.isMoeLayer(layer))
        m_moe.emplace(parameters, config, layerPath(layer) + "mlp.", moePlace(config, layer));
    else
        m_dense.emplace(parameters, layerPath(layer) + "mlp.", config.hidden_size,
                        config.intermediate_size);
}

template <typename Branch>
void DecoderLayer::addBranch(const StepContext& step, const Tensor& residual, Branch branch) const {
    if (m_residualMultiplier == 1.0f)
        return branch(residual);
    const Tensor out = step.floats(residual.dim(0), residual.dim(1));
    step.backend.fillZero(out);
    branch(out);
    ops::scale(step.backend, {.x = out, .factor = m_residualMultiplier});
    ops::add(step.backend, {.a = residual, .b = out, .out = residual});
}

Tensor DecoderLayer::branchGradient(const StepContext& step, const Tensor& d) const {
    if (m_residualMultiplier == 1.0f)
        return d;
    const Tensor scaled = copied(step, d);
    ops::scale(step.backend, {.x = scaled, .factor = m_residualMultiplier});
    return scaled;
}

Tensor DecoderLayer::forward(const StepContext& step, const Tensor& x,
                             DecoderActivations& kept) const {
    kept.input = x;
    const Tensor attended = normed(step, x, m_inputNorm, m_eps);
    kept.middle = copied(step, x);
    addBranch(step, kept.middle, [&](const Tensor& branch) {
        if (m_latent)
            kept.attention = m_latent->forward(step, attended, branch);
        else
            kept.grouped = m_grouped->forward(step, attended, branch);
    });
    const Tensor fed = normed(step, kept.middle, m_middleNorm, m_eps);
    const Tensor out = copied(step, kept.middle);
    addBranch(step, out, [&](const Tensor& branch) {
        if (m_moe)
            kept.moe = m_moe->forward(step, fed, branch);
        else
            kept.dense = m_dense->forward(step, fed, branch, true);
    });
    return out;
}

void DecoderLayer::feedForwardBackward(const StepContext& step, const DecoderActivations& kept,
                                       const Tensor& d, const Tensor& dx) const {
    const Tensor x = normed(step, kept.middle, m_middleNorm, m_eps);
    if (m_moe)
        m_moe->backward(step, x, kept.moe, d, dx);
    else
        m_dense->backward(step, x, kept.dense, d, dx, false);
}

void DecoderLayer::attentionBackward(const StepContext& step, const DecoderActivations& kept,
                                     const Tensor& d, const Tensor& dx) const {
    const Tensor x = normed(step, kept.input, m_inputNorm, m_eps);
    if (m_latent)
        m_latent->backward(step, x, kept.attention, d, dx);
    else
        m_grouped->backward(step, x, kept.grouped, d, dx);
}

void DecoderLayer::backward(const StepContext& step, const DecoderActivations& kept,
                            const Tensor& d, bool inputGradient) const {
    const Tensor dnormed = step.floats(d.dim(0), d.dim(1));
    feedForwardBackward(step, kept, branchGradient(step, d), dnormed);
    rmsNormBackward(step.pool, {.x = kept.middle,
                                .weight = m_middleNorm.value,
                                .dout = dnormed,
                                .dx = d,
                                .dweight = m_middleNorm.gradient,
                                .accumulate_dx = true,
                                .eps = m_eps});
    const Tensor dattention = inputGradient || m_inputNorm.gradient.defined() ? dnormed : Tensor();
    attentionBackward(step, kept, branchGradient(step, d), dattention);
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
