// A linear layer, possibly one per expert, with its weight trained or frozen and with low-rank
// adapters on parts of its output.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "finetune/model/dora.h"
#include "finetune/model/frozen_weight.h"
#include "finetune/model/stored_weight.h"

namespace hearth::finetune {

/// out = x W^T + scale * (x A^T) B^T, the adapter's product never materialised; with DoRA every
/// output times its factor.
class Linear {
public:
    /// Modules side by side in the output: {{"gate_proj", I}, {"up_proj", I}} under one path.
    struct Part {
        std::string name;
        int64_t out = 0;
    };
    /// path: "model.layers.0.mlp.", with the dot.
    Linear(const ModelParameters& parameters, const std::string& path,
           const std::vector<Part>& parts, int64_t in);
    /// One weight an expert. path: "model.layers.1.mlp.experts.".
    static Linear perExpert(const ModelParameters& parameters, const std::string& path,
                            const std::vector<Part>& parts, int64_t in, int64_t experts);

    int64_t outputs() const { return m_adapter.outputs; }
    bool trainsBase() const { return m_weight.gradient.defined(); }

    /// out = Wx, or out += Wx when accumulate.
    void forward(const StepContext& step, const engine::Tensor& x, const engine::Tensor& out,
                 bool accumulate = false, const RowGroups& groups = {}) const;
    /// x: the rows that the forward pass used, gathered. dx: [rows, in] or undefined.
    void backward(const StepContext& step, const engine::Tensor& x, const engine::Tensor& dout,
                  const engine::Tensor& dx, bool accumulateDx = false,
                  const RowGroups& groups = {}) const;

private:
    Linear(const ModelParameters& parameters, const std::string& path,
           const std::vector<Part>& parts, int64_t in, std::optional<int64_t> experts);
    void forwardBase(const StepContext& step, const engine::Tensor& x, const engine::Tensor& out,
                     bool accumulate, const RowGroups& groups) const;
    void backwardBase(const StepContext& step, const engine::Tensor& x, const engine::Tensor& dout,
                      const engine::Tensor& dx, bool accumulateDx, const RowGroups& groups) const;
    void forwardAdapter(const StepContext& step, const engine::Tensor& x, const engine::Tensor& out,
                        const RowGroups& groups) const;
    void backwardAdapter(const StepContext& step, const engine::Tensor& x,
                         const engine::Tensor& dout, const engine::Tensor& dx,
                         const RowGroups& groups) const;
    void forwardDora(const StepContext& step, const engine::Tensor& x, const engine::Tensor& out,
                     bool accumulate, const RowGroups& groups) const;
    /// Gradients of the magnitudes; returns the gradient of the outputs before their factors.
    engine::Tensor backwardDora(const StepContext& step, const engine::Tensor& x,
                                const engine::Tensor& dout, const RowGroups& groups) const;
    const AdapterFactors& factors(const StepContext& step, const RowGroups& groups) const;
    void readBase(int64_t group, int64_t begin, int64_t end, float* out) const;
    /// Inner columns of part i.
    engine::Tensor innerOf(const engine::Tensor& inner, size_t i) const {
        return inner.columns(int64_t(i) * m_adapter.rank, int64_t(i + 1) * m_adapter.rank);
    }
    int64_t innerWidth() const { return int64_t(m_adapter.parts.size()) * m_adapter.rank; }
    bool adapted(const StepContext& step) const {
        return !m_adapter.parts.empty() && step.use_adapter;
    }

    // The base is one of the three: trained, frozen in F32, or frozen where it is stored.
    Weight m_weight;  // [out, in] or [E, out, in]
    FrozenWeight m_frozen;
    StoredWeight m_stored;
    AdapterShape m_adapter;
    bool m_dora = false;
};

}  // namespace hearth::finetune
