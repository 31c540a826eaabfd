#include "finetune/model/output_head.h"

#include "engine/ops/ops.h"
#include "finetune/ops/gather_rows_backward.h"
#include "finetune/ops/rms_norm_backward.h"

namespace hearth::finetune {

using engine::Tensor;
namespace ops = engine::ops;

void OutputHead::normalise(const StepContext& step, const Tensor& hidden, const Tensor& out) const {
    ops::rmsNorm(step.backend, {.x = hidden, .weight = m_norm.value, .out = out, .eps = m_eps});
    if (m_multiplier != 1.0f)
        ops::scale(step.backend, {.x = out, .factor = m_multiplier});
}

Tensor OutputHead::logits(const StepContext& step, const Tensor& hidden) const {
    const Tensor normed = step.floats(hidden.dim(0), hidden.dim(1));
    const Tensor logits = step.floats(hidden.dim(0), m_head.value.dim(0));
    normalise(step, hidden, normed);
    multiply(
        step,
        {.x = normed, .weight = projection(step), .out = logits, .panels = m_frozen.panels.forward},
        {});
    return logits;
}

CrossEntropyResult OutputHead::loss(const StepContext& step, const Tensor& hidden,
                                    const LabelledRows& labelled, const Tensor& d,
                                    float gradientScale) const {
    return run(step, hidden, labelled, d, {gradientScale, {}});
}

void OutputHead::weightedGradient(const StepContext& step, const Tensor& hidden,
                                  const LabelledRows& labelled, std::span<const float> scales,
                                  const Tensor& d) const {
    run(step, hidden, labelled, d, {1.0f, scales});
}

CrossEntropyResult OutputHead::run(const StepContext& step, const Tensor& hidden,
                                   const LabelledRows& labelled, const Tensor& d,
                                   const Scales& scales) const {
    const int64_t rows = int64_t(labelled.rows.size());
    if (rows == 0)
        return {};
    const Tensor ids = engine::uploadInts(step.backend, labelled.rows);
    const Tensor gathered = step.floats(rows, hidden.dim(1));
    const Tensor normed = step.floats(rows, hidden.dim(1));
    ops::gatherRows(step.backend, {.x = hidden, .ids = ids, .out = gathered});
    normalise(step, gathered, normed);
    CrossEntropyParams params{.hidden = normed,
                              .head = projection(step),
                              .labels = engine::uploadInts(step.backend, labelled.labels),
                              .head_rows = m_head.value,
                              .gradient_scale = scales.all,
                              .row_scales = scales.rows,
                              .operands = step.operands,
                              .head_panels = m_frozen.panels};
    if (d.defined()) {
        params.dhidden = step.floats(rows, hidden.dim(1));
        params.dhead = m_head.gradient;
    }
    const CrossEntropyResult result = crossEntropy(step.backend, step.pool, params);
    if (d.defined()) {
        if (m_multiplier != 1.0f)
            ops::scale(step.backend, {.x = params.dhidden, .factor = m_multiplier});
        rmsNormBackward(step.pool, {.x = gathered,
                                    .weight = m_norm.value,
                                    .dout = params.dhidden,
                                    .dx = params.dhidden,
                                    .dweight = m_norm.gradient,
                                    .eps = m_eps});
        gatherRowsBackward(step.pool, {.ids = ids, .dout = params.dhidden, .dx = d});
    }
    return result;
}

}  // namespace hearth::finetune
