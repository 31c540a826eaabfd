// A linear layer, possibly one per expert, with its weight trained or frozen and with low-rank
// adapters on parts of its output.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "finetune/model/frozen_weight.h"
#include "finetune/model/model_parameters.h"
#include "finetune/model/step_context.h"

namespace hearth::finetune {

/// Which rows belong to which expert. Undefined offsets: an ordinary layer.
struct RowGroups {
    engine::Tensor offsets;     // [E+1] I32
    engine::Tensor row_source;  // [rows] I32: row of x; undefined: the row itself
};

/// out = x W^T + scale * (x A^T) B^T, the adapter's product never materialised.
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

    int64_t outputs() const { return m_outputs; }

    /// out = Wx, or out += Wx when accumulate.
    void forward(const StepContext& step, const engine::Tensor& x, const engine::Tensor& out,
                 bool accumulate = false, const RowGroups& groups = {}) const;
    /// x: the rows that the forward pass used, gathered. dx: [rows, in] or undefined.
    void backward(const StepContext& step, const engine::Tensor& x, const engine::Tensor& dout,
                  const engine::Tensor& dx, bool accumulateDx = false,
                  const RowGroups& groups = {}) const;

private:
    /// One module's share of the adapter.
    struct AdapterPart {
        int64_t begin = 0;  // output columns [begin, end)
        int64_t end = 0;
        Weight b;  // [end - begin, r] or [E, end - begin, r]
    };

    Linear(const ModelParameters& parameters, const std::string& path,
           const std::vector<Part>& parts, int64_t in, std::optional<int64_t> experts);
    void forwardAdapter(const StepContext& step, const engine::Tensor& x, const engine::Tensor& out,
                        const RowGroups& groups) const;
    void backwardAdapter(const StepContext& step, const engine::Tensor& x,
                         const engine::Tensor& dout, const engine::Tensor& dx,
                         const RowGroups& groups) const;
    /// Inner columns of part i.
    engine::Tensor innerOf(const engine::Tensor& inner, size_t i) const {
        return inner.columns(int64_t(i) * m_rank, int64_t(i + 1) * m_rank);
    }
    int64_t innerWidth() const { return int64_t(m_adapters.size()) * m_rank; }

    Weight m_weight;  // [out, in] or [E, out, in]
    FrozenWeight m_frozen;
    Weight m_adapterA;  // [parts * r, in] or [E, parts * r, in]
    std::vector<AdapterPart> m_adapters;
    int64_t m_outputs = 0;
    int64_t m_rank = 0;
    float m_scale = 1.0f;
};

}  // namespace hearth::finetune
