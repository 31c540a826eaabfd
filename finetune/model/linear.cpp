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
    : m_rank(parameters.loraRank()), m_scale(parameters.loraScale()) {
    for (const Part& part : parts) {
        if (const std::string a = adapterName(path + part.name, 'A'); parameters.contains(a))
            m_adapters.push_back(
                {m_outputs, m_outputs + part.out, parameters.weight(a, {m_rank, in}),
                 parameters.weight(adapterName(path + part.name, 'B'), {part.out, m_rank})});
        m_outputs += part.out;
    }
    m_weight = parameters.weight(path + parts.front().name + ".weight", {m_outputs, in});
}

Linear Linear::perExpert(const ModelParameters& parameters, const std::string& path,
                         const std::vector<Part>& parts, int64_t in, int64_t experts) {
    Linear linear;
    linear.m_rank = parameters.loraRank();
    linear.m_scale = parameters.loraScale();
    for (const Part& part : parts) {
        const std::string first = path + "0." + part.name;
        const int64_t begin = linear.m_outputs;
        linear.m_outputs += part.out;
        if (parameters.contains(adapterName(first, 'A')))
            linear.m_adapters.push_back(
                {begin, linear.m_outputs,
                 parameters.weight(adapterName(first, 'A'), {experts, linear.m_rank, in}),
                 parameters.weight(adapterName(first, 'B'), {experts, part.out, linear.m_rank})});
    }
    linear.m_weight = parameters.weight(path + "0." + parts.front().name + ".weight",
                                        {experts, linear.m_outputs, in});
    return linear;
}

void Linear::forward(const StepContext& step, const Tensor& x, const Tensor& out, bool accumulate,
                     const RowGroups& groups) const {
    multiply(step, {x, m_weight.value, out, accumulate}, groups);
    for (const Adapter& adapter : m_adapters) {
        const Tensor inner = step.floats(out.dim(0), m_rank);
        multiply(step, {x, adapter.a.value, inner}, groups);
        multiply(step,
                 {inner, adapter.b.value, out.columns(adapter.begin, adapter.end), true, m_scale},
                 {groups.offsets, {}});
    }
}

void Linear::backward(const StepContext& step, const Tensor& x, const Tensor& dout,
                      const Tensor& dx, bool accumulateDx, const RowGroups& groups) const {
    if (dx.defined() || m_weight.gradient.defined())
        multiplyBackward(step,
                         {.x = x,
                          .weight = m_weight.value,
                          .dout = dout,
                          .dx = dx,
                          .dweight = m_weight.gradient,
                          .accumulate_dx = accumulateDx},
                         groups);
    for (const Adapter& adapter : m_adapters)
        backwardAdapter(step, adapter, x, dout.columns(adapter.begin, adapter.end), dx, groups);
}

void Linear::backwardAdapter(const StepContext& step, const Adapter& adapter, const Tensor& x,
                             const Tensor& dout, const Tensor& dx, const RowGroups& groups) const {
    // x A^T is computed again: it is small, and keeping it would tie layers to their steps.
    const Tensor inner = step.floats(dout.dim(0), m_rank);
    multiply(step, {x, adapter.a.value, inner}, {groups.offsets, {}});
    const Tensor dinner = step.floats(dout.dim(0), m_rank);
    multiplyBackward(step,
                     {.x = inner,
                      .weight = adapter.b.value,
                      .dout = dout,
                      .dx = dinner,
                      .dweight = adapter.b.gradient,
                      .scale = m_scale},
                     groups);
    multiplyBackward(step,
                     {.x = x,
                      .weight = adapter.a.value,
                      .dout = dinner,
                      .dx = dx,
                      .dweight = adapter.a.gradient,
                      .accumulate_dx = true},
                     groups);
}

}  // namespace hearth::finetune
