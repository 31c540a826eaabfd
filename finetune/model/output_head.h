// Final norm, output projection and loss over the rows that have a label.
#pragma once
#include <span>
#include <vector>

#include "finetune/model/frozen_weight.h"
#include "finetune/model/grouped_product.h"
#include "finetune/ops/cross_entropy.h"

namespace hearth::finetune {

/// Rows of the hidden states that have a target, and the targets.
struct LabelledRows {
    std::vector<int32_t> rows;
    std::vector<int32_t> labels;
};

class OutputHead {
public:
    OutputHead() = default;
    /// packed: a frozen head has a second layout, for the logits.
    OutputHead(const ModelParameters& parameters, const Weight& norm, const Weight& head, float eps,
               bool packed = true)
        : m_norm(norm), m_head(head), m_eps(eps) {
        if (packed)
            m_frozen = FrozenWeight(parameters.backend(), head, parameters.operands());
    }

    /// [T, vocab] of every row.
    engine::Tensor logits(const StepContext& step, const engine::Tensor& hidden) const;
    /// Losses of the labelled rows. d: [T, H] or undefined: no gradients at all; the gradient
    /// of loss * gradientScale with respect to hidden is added to it.
    CrossEntropyResult loss(const StepContext& step, const engine::Tensor& hidden,
                            const LabelledRows& labelled, const engine::Tensor& d,
                            float gradientScale) const;
    /// Adds to d the gradient of the sum of scales[i] * losses[i] over the labelled rows.
    void weightedGradient(const StepContext& step, const engine::Tensor& hidden,
                          const LabelledRows& labelled, std::span<const float> scales,
                          const engine::Tensor& d) const;

    /// On the normed hidden states; 1 at first.
    void setMultiplier(float multiplier) { m_multiplier = multiplier; }
    const Weight& norm() const { return m_norm; }
    float eps() const { return m_eps; }

private:
    struct Scales {
        float all = 1.0f;
        std::span<const float> rows;  // empty: all 1
    };

    CrossEntropyResult run(const StepContext& step, const engine::Tensor& hidden,
                           const LabelledRows& labelled, const engine::Tensor& d,
                           const Scales& scales) const;
    void normalise(const StepContext& step, const engine::Tensor& hidden,
                   const engine::Tensor& out) const;
    const engine::Tensor& projection(const StepContext& step) const {
        return step.operands == engine::DType::BF16 ? m_head.value : m_frozen.of(m_head);
    }

    Weight m_norm;
    Weight m_head;
    FrozenWeight m_frozen;
    float m_eps = 1e-6f;
    float m_multiplier = 1.0f;
};

}  // namespace hearth::finetune
