// One transformer block: x + attention(norm(x)), then x + feed_forward(norm(x)).
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "finetune/model/attention_layer.h"
#include "finetune/model/feed_forward.h"
#include "finetune/model/grouped_attention_layer.h"

namespace hearth::finetune {

/// What the backward pass needs of a block's forward pass. Normed rows are computed again.
struct DecoderActivations {
    engine::Tensor input;  // [T, H]
    AttentionActivations attention;
    GroupedActivations grouped;
    engine::Tensor middle;  // [T, H], input plus attention
    SwigluNetwork::Activations dense;
    MoeActivations moe;
};

class DecoderLayer {
public:
    DecoderLayer(const ModelParameters& parameters, const engine::ModelConfig& config,
                 int64_t layer);

    bool isMoe() const { return m_moe.has_value(); }
    const MoeLayer& moe() const { return *m_moe; }

    /// Returns the block's output [T, H]; x stays as it is.
    engine::Tensor forward(const StepContext& step, const engine::Tensor& x,
                           DecoderActivations& kept) const;
    /// d: in: gradient of the output; out: gradient of the input. kept is used up.
    /// inputGradient false: d may be left as it is, for nothing below is trained.
    void backward(const StepContext& step, const DecoderActivations& kept, const engine::Tensor& d,
                  bool inputGradient = true) const;

private:
    /// Runs branch(out), which adds to out, so that `residual` gets it times the multiplier.
    template <typename Branch>
    void addBranch(const StepContext& step, const engine::Tensor& residual, Branch branch) const;
    /// The gradient of a branch's output, given that of the residual it was added to.
    engine::Tensor branchGradient(const StepContext& step, const engine::Tensor& d) const;
    /// d: gradient of the branch's output; dx: set to that of its normed input.
    void feedForwardBackward(const StepContext& step, const DecoderActivations& kept,
                             const engine::Tensor& d, const engine::Tensor& dx) const;
    void attentionBackward(const StepContext& step, const DecoderActivations& kept,
                           const engine::Tensor& d, const engine::Tensor& dx) const;

    Weight m_inputNorm;
    std::optional<AttentionLayer> m_latent;
    std::optional<GroupedAttentionLayer> m_grouped;
    Weight m_middleNorm;
    std::optional<SwigluNetwork> m_dense;
    std::optional<MoeLayer> m_moe;
    float m_eps;
    float m_residualMultiplier;
};

}  // namespace hearth::finetune
