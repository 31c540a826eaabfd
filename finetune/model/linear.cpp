#include "finetune/model/linear.h"

#include "engine/ops/ops.h"
#include "finetune/ops/grouped_matmul_backward.h"
#include "finetune/ops/matmul_backward.h"

namespace hearth::finetune {

using engine::Tensor;
namespace ops = engine::ops;

namespace {

struct Product {
    Tensor x;
    Tensor weight;
    Tensor out;
    bool accumulate = false;
    float scale = 1.0f;
};

void multiply(const StepContext& step, const Product& p, const RowGroups& groups) {
    if (groups.offsets.defined())
        ops::groupedMatmul(step.backend, {.x = p.x,
                                          .weight = p.weight,
                                          .offsets = groups.offsets,
                                          .row_source = groups.row_source,
                                          .out = p.out,
                                          .accumulate = p.accumulate,
                                          .scale = p.scale});
    else
        ops::matmul(step.backend, {.x = p.x,
                                   .weight = p.weight,
                                   .out = p.out,
                                   .accumulate = p.accumulate,
                                   .scale = p.scale});
}

void multiplyBackward(const StepContext& step, const MatmulBackwardParams& p,
                      const RowGroups& groups) {
    if (groups.offsets.defined())
        groupedMatmulBackward(step.pool, {.x = p.x,
                                          .weight = p.weight,
                                          .offsets = groups.offsets,
                                          .dout = p.dout,
                                          .dx = p.dx,
                                          .dweight = p.dweight,
                                          .accumulate_dx = p.accumulate_dx,
                                          .scale = p.scale});
    else
        matmulBackward(step.pool, p);
}

}  // namespace

Linear::Linear(const ModelParameters& parameters, const std::string& path,
               const std::vector<Part>& parts, int64_t in)
    : Linear(parameters, path, parts, in, std::nullopt) {}

Linear Linear::perExpert(const ModelParameters& parameters, const std::string& path,
                         const std::vector<Part>& parts, int64_t in, int64_t experts) {
    return Linear(parameters, path + "0.", parts, in, experts);
}

Linear::Linear(const ModelParameters& parameters, const std::string& path,
               const std::vector<Part>& parts, int64_t in, std::optional<int64_t> experts)
    : m_rank(parameters.loraRank()), m_scale(parameters.loraScale()) {
    const auto weight = [&](const std::string& name, int64_t rows, int64_t columns) {
        return experts ? parameters.weight(name, {*experts, rows, columns})
                       : parameters.weight(name, {rows, columns});
    };
    std::string firstAdapted;
    for (const Part& part : parts) {
        const std::string module = path + part.name;
        if (parameters.contains(adapterName(module, 'A'))) {
            m_adapters.push_back({m_outputs, m_outputs + part.out,
                                  weight(adapterName(module, 'B'), part.out, m_rank)});
            if (firstAdapted.empty())
                firstAdapted = module;
        }
        m_outputs += part.out;
    }
    if (!m_adapters.empty())
        m_adapterA = weight(adapterName(firstAdapted, 'A'), innerWidth(), in);
    m_weight = weight(path + parts.front().name + ".weight", m_outputs, in);
    m_frozen = FrozenWeight(parameters.backend(), m_weight);
}

void Linear::forward(const StepContext& step, const Tensor& x, const Tensor& out, bool accumulate,
                     const RowGroups& groups) const {
    multiply(step, {x, m_frozen.defined() ? m_frozen.forward : m_weight.value, out, accumulate},
             groups);
    if (!m_adapters.empty() && step.use_adapter)
        forwardAdapter(step, x, out, groups);
}

void Linear::forwardAdapter(const StepContext& step, const Tensor& x, const Tensor& out,
                            const RowGroups& groups) const {
    const Tensor inner = step.floats(out.dim(0), innerWidth());
    multiply(step, {x, m_adapterA.value, inner}, groups);
    for (size_t i = 0; i < m_adapters.size(); ++i)
        multiply(step,
                 {innerOf(inner, i), m_adapters[i].b.value,
                  out.columns(m_adapters[i].begin, m_adapters[i].end), true, m_scale},
                 {groups.offsets, {}});
}

void Linear::backward(const StepContext& step, const Tensor& x, const Tensor& dout,
                      const Tensor& dx, bool accumulateDx, const RowGroups& groups) const {
    if (m_weight.gradient.defined())
        multiplyBackward(step,
                         {.x = x,
                          .weight = m_weight.value,
                          .dout = dout,
                          .dx = dx,
                          .dweight = m_weight.gradient,
                          .accumulate_dx = accumulateDx},
                         groups);
    else if (dx.defined())
        multiply(step, {dout, m_frozen.backward, dx, accumulateDx}, {groups.offsets, {}});
    if (!m_adapters.empty())
        backwardAdapter(step, x, dout, dx, groups);
}

void Linear::backwardAdapter(const StepContext& step, const Tensor& x, const Tensor& dout,
                             const Tensor& dx, const RowGroups& groups) const {
    // x A^T is computed again: it is small, and keeping it would tie layers to their steps.
    const Tensor inner = step.floats(dout.dim(0), innerWidth());
    const Tensor dinner = step.floats(dout.dim(0), innerWidth());
    multiply(step, {x, m_adapterA.value, inner}, {groups.offsets, {}});
    for (size_t i = 0; i < m_adapters.size(); ++i)
        multiplyBackward(step,
                         {.x = innerOf(inner, i),
                          .weight = m_adapters[i].b.value,
                          .dout = dout.columns(m_adapters[i].begin, m_adapters[i].end),
                          .dx = innerOf(dinner, i),
                          .dweight = m_adapters[i].b.gradient,
                          .scale = m_scale},
                         groups);
    multiplyBackward(step,
                     {.x = x,
                      .weight = m_adapterA.value,
                      .dout = dinner,
                      .dx = dx,
                      .dweight = m_adapterA.gradient,
                      .accumulate_dx = true},
                     groups);
}

}  // namespace hearth::finetune
