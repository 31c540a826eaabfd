// Feed-forward blocks with a backward pass: one SwiGLU network, or routed and shared experts.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "finetune/model/expert_use.h"
#include "finetune/model/linear.h"

namespace hearth::finetune {

/// down(silu(gate(x)) * up(x)), for all tokens or for the rows of each expert.
class SwigluNetwork {
public:
    /// down's input is computed again from it.
    struct Activations {
        engine::Tensor gate_up;  // [rows, 2 * inner], F32, or as the operands of a trained weight
    };
    /// Of the rows of a mixture's experts, each multiplied by a weight after the network.
    struct RowWeights {
        engine::Tensor row_pair;  // [rows] I32: sorted row -> token*k + choice
        engine::Tensor values;    // [T, k]
        engine::Tensor gradient;  // [T, k], overwritten

        bool defined() const { return values.defined(); }
    };

    /// path: "model.layers.0.mlp."
    SwigluNetwork(const ModelParameters& parameters, const std::string& path, int64_t hidden,
                  int64_t inner);
    /// path: "model.layers.1.mlp.experts."
    SwigluNetwork(const ModelParameters& parameters, const std::string& path, int64_t hidden,
                  int64_t inner, int64_t experts, float limit);

    /// out = network(x), or out += network(x) when accumulate.
    Activations forward(const StepContext& step, const engine::Tensor& x, const engine::Tensor& out,
                        bool accumulate, const RowGroups& groups = {}) const;
    /// x: the rows themselves (gathered). kept.gate_up may be overwritten. dout: with weights the
    /// gradient of the weighted rows; it may be overwritten.
    void backward(const StepContext& step, const engine::Tensor& x, const Activations& kept,
                  const engine::Tensor& dout, const engine::Tensor& dx, bool accumulateDx,
                  const RowGroups& groups = {}, const RowWeights& weights = {}) const;

private:
    engine::Tensor innerOf(const StepContext& step, const engine::Tensor& gateUp) const;
    void downBackward(const StepContext& step, const engine::Tensor& inner,
                      const engine::Tensor& dout, const engine::Tensor& dinner,
                      const RowGroups& groups, const RowWeights& weights) const;

    Linear m_gateUp;
    Linear m_down;
    Weight m_gateUpBias;  // [2 * inner] or [E, 2 * inner]; undefined: none
    Weight m_downBias;    // [hidden] or [E, hidden]; likewise
    float m_limit = 0.0f;
};

/// What the backward pass needs of a mixture's forward pass.
struct MoeActivations {
    engine::Tensor logits;   // [T, E]
    engine::Tensor experts;  // [T, k] I32
    engine::Tensor weights;  // [T, k]
    engine::ExpertGroups groups;
    SwigluNetwork::Activations routed;
    SwigluNetwork::Activations shared;
};

class MoeLayer {
public:
    /// path: "model.layers.1.mlp."; place: among the layers with experts.
    MoeLayer(const ModelParameters& parameters, const engine::ModelConfig& config,
             const std::string& path, size_t place);

    /// out += mixture(x).
    MoeActivations forward(const StepContext& step, const engine::Tensor& x,
                           const engine::Tensor& out) const;
    /// dx = gradient of x. kept is used up.
    void backward(const StepContext& step, const engine::Tensor& x, const MoeActivations& kept,
                  const engine::Tensor& dout, const engine::Tensor& dx) const;

    /// Adds what the router did with the tokens.
    void addUse(const StepContext& step, const MoeActivations& kept, ExpertUse& use) const;
    /// b_e += gamma * sign(mean load - load_e).
    void balance(const std::vector<int64_t>& loads, double gamma) const;

private:
    /// Fills in the experts and their weights.
    void route(const StepContext& step, const MoeActivations& kept) const;
    /// Returns the gradient of the experts' gathered inputs.
    engine::Tensor expertsBackward(const StepContext& step, const engine::Tensor& x,
                                   const MoeActivations& kept, const engine::Tensor& dout,
                                   const engine::Tensor& dweights) const;
    void routerBackward(const StepContext& step, const engine::Tensor& x,
                        const MoeActivations& kept, const engine::Tensor& dweights,
                        const engine::Tensor& dx) const;

    engine::ModelConfig m_config;
    size_t m_place;
    Weight m_gate;
    Weight m_logitsBias;  // undefined: none
    Weight m_bias;        // undefined, or e_score_correction_bias, never trained by a gradient
    SwigluNetwork m_experts;
    std::optional<SwigluNetwork> m_shared;
};

}  // namespace hearth::finetune
