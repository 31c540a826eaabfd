#include "finetune/model/linear.h"

#include <algorithm>

#include "engine/cpu/cpu_backend.h"
#include "finetune/ops/scale_columns.h"

namespace hearth::finetune {

using engine::Tensor;

namespace {

/// path: with experts that of expert 0, "model.layers.1.mlp.experts.0.".
StoredWeight storedWeight(const ModelParameters& parameters, const std::string& path,
                          const std::vector<Linear::Part>& parts, std::optional<int64_t> experts) {
    std::vector<const engine::StoredTensor*> pieces;
    for (int64_t e = 0; e < experts.value_or(1); ++e) {
        const std::string prefix =
            experts ? path.substr(0, path.size() - 2) + std::to_string(e) + "." : path;
        for (const Linear::Part& part : parts)
            pieces.push_back(parameters.stored(prefix + part.name + ".weight"));
    }
    return StoredWeight(std::move(pieces), experts.value_or(1));
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
               const std::vector<Part>& parts, int64_t in, std::optional<int64_t> experts) {
    m_adapter.in = in;
    m_adapter.rank = parameters.loraRank();
    m_adapter.scale = parameters.loraScale();
    const auto weight = [&](const std::string& name, int64_t rows, int64_t columns) {
        return experts ? parameters.weight(name, {*experts, rows, columns})
                       : parameters.weight(name, {rows, columns});
    };
    const auto vector = [&](const std::string& name, int64_t size) {
        return experts ? parameters.weight(name, {*experts, size})
                       : parameters.weight(name, {size});
    };
    std::string firstAdapted;
    for (const Part& part : parts) {
        const std::string module = path + part.name;
        const int64_t begin = m_adapter.outputs;
        m_adapter.outputs += part.out;
        if (!parameters.contains(adapterName(module, AdapterTensor::A)))
            continue;
        if (firstAdapted.empty())
            firstAdapted = module;
        m_adapter.parts.push_back(
            {begin,
             m_adapter.outputs,
             weight(adapterName(module, AdapterTensor::B), part.out, m_adapter.rank),
             {}});
        const std::string magnitude = adapterName(module, AdapterTensor::Magnitude);
        if (parameters.contains(magnitude)) {
            m_adapter.parts.back().magnitude = vector(magnitude, part.out);
            m_dora = true;
        }
    }
    if (!m_adapter.parts.empty())
        m_adapter.a = weight(adapterName(firstAdapted, AdapterTensor::A), innerWidth(), in);
    const std::string first = path + parts.front().name + ".weight";
    if (parameters.stored(first)) {
        m_stored = storedWeight(parameters, path, parts, experts);
    } else {
        m_weight = weight(first, m_adapter.outputs, in);
        m_frozen = FrozenWeight(parameters.backend(), m_weight, parameters.operands());
    }
}

void Linear::forwardBase(const StepContext& step, const Tensor& x, const Tensor& out,
                         bool accumulate, const RowGroups& groups) const {
    if (m_stored.defined())
        m_stored.forward(step, x, out, accumulate, groups);
    else
        multiply(step,
                 {.x = x,
                  .weight =
                      step.operands == engine::DType::BF16 ? m_weight.value : m_frozen.of(m_weight),
                  .out = out,
                  .accumulate = accumulate,
                  .panels = m_frozen.panels.forward},
                 groups);
}

void Linear::backwardBase(const StepContext& step, const Tensor& x, const Tensor& dout,
                          const Tensor& dx, bool accumulateDx, const RowGroups& groups) const {
    if (m_stored.defined() && dx.defined())
        m_stored.backward(step, dout, dx, accumulateDx, groups);
    else if (!m_stored.defined())
        multiplyBackward(step,
                         {.x = x,
                          .weight = m_weight.value,
                          .dout = dout,
                          .dx = dx,
                          .dweight = m_weight.gradient,
                          .accumulate_dx = accumulateDx,
                          .panels = m_frozen.panels.backward},
                         groups);
}

void Linear::readBase(int64_t group, int64_t begin, int64_t end, float* out) const {
    if (m_stored.defined())
        return m_stored.readRows(group, begin, end, out);
    const float* rows = engine::cpuData<float>(m_weight.value);
    std::copy(rows + (group * m_adapter.outputs + begin) * m_adapter.in,
              rows + (group * m_adapter.outputs + end) * m_adapter.in, out);
}

void Linear::forward(const StepContext& step, const Tensor& x, const Tensor& out, bool accumulate,
                     const RowGroups& groups) const {
    if (adapted(step) && m_dora)
        return forwardDora(step, x, out, accumulate, groups);
    forwardBase(step, x, out, accumulate, groups);
    if (adapted(step))
        forwardAdapter(step, x, out, groups);
}

void Linear::forwardAdapter(const StepContext& step, const Tensor& x, const Tensor& out,
                            const RowGroups& groups) const {
    const Tensor inner = step.floats(out.dim(0), innerWidth());
    multiply(step, {x, m_adapter.a.value, inner}, groups);
    for (size_t i = 0; i < m_adapter.parts.size(); ++i) {
        const AdapterPart& part = m_adapter.parts[i];
        multiply(step,
                 {innerOf(inner, i), part.b.value, out.columns(part.begin, part.end), true,
                  m_adapter.scale},
                 {groups.offsets, {}});
    }
}

const AdapterFactors& Linear::factors(const StepContext& step, const RowGroups& groups) const {
    const auto known = step.factors.find(this);
    if (known != step.factors.end())
        return known->second;
    const auto base = [this](int64_t group, int64_t begin, int64_t end, float* out) {
        readBase(group, begin, end, out);
    };
    return step.factors.emplace(this, doraFactors(step, m_adapter, base, groups)).first->second;
}

void Linear::forwardDora(const StepContext& step, const Tensor& x, const Tensor& out,
                         bool accumulate, const RowGroups& groups) const {
    const Tensor unscaled = accumulate ? step.floats(out.dim(0), outputs()) : out;
    forwardBase(step, x, unscaled, false, groups);
    forwardAdapter(step, x, unscaled, groups);
    scaleColumns(step.pool, {.x = unscaled,
                             .factors = factors(step, groups).scales,
                             .offsets = groups.offsets,
                             .out = out,
                             .accumulate = accumulate});
}

void Linear::backward(const StepContext& step, const Tensor& x, const Tensor& dout,
                      const Tensor& dx, bool accumulateDx, const RowGroups& groups) const {
    const Tensor d = m_dora ? backwardDora(step, x, dout, groups) : dout;
    backwardBase(step, x, d, dx, accumulateDx, groups);
    if (!m_adapter.parts.empty())
        backwardAdapter(step, x, d, dx, groups);
}

Tensor Linear::backwardDora(const StepContext& step, const Tensor& x, const Tensor& dout,
                            const RowGroups& groups) const {
    // Computed again: kept, it would double the activations of every layer.
    const RowGroups own{groups.offsets, {}};
    const Tensor unscaled = step.floats(dout.dim(0), outputs());
    forwardBase(step, x, unscaled, false, own);
    forwardAdapter(step, x, unscaled, own);
    const AdapterFactors& known = factors(step, own);
    doraMagnitudeGradients(step, m_adapter, known, unscaled, dout, own);
    scaleColumns(step.pool,
                 {.x = dout, .factors = known.scales, .offsets = groups.offsets, .out = unscaled});
    return unscaled;
}

void Linear::backwardAdapter(const StepContext& step, const Tensor& x, const Tensor& dout,
                             const Tensor& dx, const RowGroups& groups) const {
    // x A^T is computed again: it is small, and keeping it would tie layers to their steps.
    const Tensor inner = step.floats(dout.dim(0), innerWidth());
    const Tensor dinner = step.floats(dout.dim(0), innerWidth());
    multiply(step, {x, m_adapter.a.value, inner}, {groups.offsets, {}});
    for (size_t i = 0; i < m_adapter.parts.size(); ++i) {
        const AdapterPart& part = m_adapter.parts[i];
        multiplyBackward(step,
                         {.x = innerOf(inner, i),
                          .weight = part.b.value,
                          .dout = dout.columns(part.begin, part.end),
                          .dx = innerOf(dinner, i),
                          .dweight = part.b.gradient,
                          .scale = m_adapter.scale},
                         groups);
    }
    multiplyBackward(step,
                     {.x = x,
                      .weight = m_adapter.a.value,
                      .dout = dinner,
                      .dx = dx,
                      .dweight = m_adapter.a.gradient,
                      .accumulate_dx = true},
                     groups);
}

}  // namespace hearth::finetune
