#include "finetune/model/feed_forward.h"

#include <numeric>

#include "engine/cpu/cpu_backend.h"
#include "engine/ops/ops.h"
#include "finetune/ops/bias_backward.h"
#include "finetune/ops/chosen_weights.h"
#include "finetune/ops/combine_experts_backward.h"
#include "finetune/ops/grouped_matmul_backward.h"
#include "finetune/ops/matmul_backward.h"
#include "finetune/ops/router_backward.h"
#include "finetune/ops/sequence_balance.h"
#include "finetune/ops/swiglu_backward.h"

namespace hearth::finetune {

using engine::DType;
using engine::Tensor;
namespace ops = engine::ops;

namespace {

std::vector<Linear::Part> gateAndUp(int64_t inner) {
    return {{"gate_proj", inner}, {"up_proj", inner}};
}

void addBias(const StepContext& step, const Weight& bias, const Tensor& x,
             const RowGroups& groups) {
    if (bias.value.defined())
        ops::addBias(step.backend, {.x = x, .bias = bias.value, .offsets = groups.offsets});
}

Tensor allocateInts(const StepContext& step, std::initializer_list<int64_t> shape) {
    return engine::allocate(step.backend, DType::I32, shape);
}

}  // namespace

SwigluNetwork::SwigluNetwork(const ModelParameters& parameters, const std::string& path,
                             int64_t hidden, int64_t inner)
    : m_gateUp(parameters, path, gateAndUp(inner), hidden),
      m_down(parameters, path, {{"down_proj", hidden}}, inner) {
    if (parameters.contains(path + "gate_proj.bias")) {
        m_gateUpBias = parameters.weight(path + "gate_proj.bias", {2 * inner});
        m_downBias = parameters.weight(path + "down_proj.bias", {hidden});
    }
}

SwigluNetwork::SwigluNetwork(const ModelParameters& parameters, const std::string& path,
                             int64_t hidden, int64_t inner, int64_t experts, float limit)
    : m_gateUp(Linear::perExpert(parameters, path, gateAndUp(inner), hidden, experts)),
      m_down(Linear::perExpert(parameters, path, {{"down_proj", hidden}}, inner, experts)),
      m_limit(limit) {
    if (parameters.contains(path + "0.gate_proj.bias")) {
        m_gateUpBias = parameters.weight(path + "0.gate_proj.bias", {experts, 2 * inner});
        m_downBias = parameters.weight(path + "0.down_proj.bias", {experts, hidden});
    }
}

SwigluNetwork::Activations SwigluNetwork::forward(const StepContext& step, const Tensor& x,
                                                  const Tensor& out, bool accumulate,
                                                  const RowGroups& groups) const {
    const int64_t rows = out.dim(0);
    Activations kept{step.floats(rows, m_gateUp.outputs()),
                     step.floats(rows, m_gateUp.outputs() / 2)};
    m_gateUp.forward(step, x, kept.gate_up, false, groups);
    addBias(step, m_gateUpBias, kept.gate_up, groups);
    ops::swiglu(step.backend, {.x = kept.gate_up, .out = kept.inner, .limit = m_limit});
    m_down.forward(step, kept.inner, out, accumulate, {groups.offsets, {}});
    addBias(step, m_downBias, out, groups);
    return kept;
}

void SwigluNetwork::backward(const StepContext& step, const Tensor& x, const Activations& kept,
                             const Tensor& dout, const Tensor& dx, bool accumulateDx,
                             const RowGroups& groups) const {
    const Tensor dinner = step.floats(kept.inner.dim(0), kept.inner.dim(1));
    biasBackward(step.pool, {dout, groups.offsets, m_downBias.gradient});
    m_down.backward(step, kept.inner, dout, dinner, false, groups);
    swigluBackward(step.pool,
                   {.x = kept.gate_up, .dout = dinner, .dx = kept.gate_up, .limit = m_limit});
    biasBackward(step.pool, {kept.gate_up, groups.offsets, m_gateUpBias.gradient});
    m_gateUp.backward(step, x, kept.gate_up, dx, accumulateDx, groups);
}

MoeLayer::MoeLayer(const ModelParameters& parameters, const engine::ModelConfig& config,
                   const std::string& path, size_t place)
    : m_config(config),
      m_place(place),
      m_gate(
          parameters.weight(path + "gate.weight", {config.n_routed_experts, config.hidden_size})),
      m_logitsBias(parameters.optionalWeight(path + "gate.bias", {config.n_routed_experts})),
      m_bias(parameters.optionalWeight(path + "gate.e_score_correction_bias",
                                       {config.n_routed_experts})),
      m_experts(parameters, path + "experts.", config.hidden_size, config.moe_intermediate_size,
                config.n_routed_experts, float(config.swiglu_limit)) {
    if (config.sharedWidth() > 0)
        m_shared.emplace(parameters, path + "shared_experts.", config.hidden_size,
                         config.sharedWidth());
}

void MoeLayer::route(const StepContext& step, const MoeActivations& kept) const {
    if (step.routing) {
        const auto& experts = (*step.routing)[m_place];
        step.backend.upload(kept.experts, std::as_bytes(std::span(experts)));
        return chosenWeights(step.pool,
                             {.logits = kept.logits,
                              .experts = kept.experts,
                              .weights = kept.weights,
                              .scoring = m_config.scoring_func,
                              .norm_topk_prob = m_config.norm_topk_prob,
                              .routed_scaling_factor = float(m_config.routed_scaling_factor)});
    }
    ops::router(step.backend, {.logits = kept.logits,
                               .bias = m_bias.value,
                               .experts = kept.experts,
                               .weights = kept.weights,
                               .scoring = m_config.scoring_func,
                               .group_scoring = m_config.group_scoring,
                               .n_group = m_config.n_group,
                               .topk_group = m_config.topk_group,
                               .norm_topk_prob = m_config.norm_topk_prob,
                               .routed_scaling_factor = float(m_config.routed_scaling_factor)});
}

MoeActivations MoeLayer::forward(const StepContext& step, const Tensor& x,
                                 const Tensor& out) const {
    const int64_t tokens = x.dim(0), k = m_config.num_experts_per_tok, rows = tokens * k;
    MoeActivations kept;
    kept.logits = step.floats(tokens, m_config.n_routed_experts);
    kept.experts = allocateInts(step, {tokens, k});
    kept.weights = step.floats(tokens, k);
    kept.groups = {allocateInts(step, {rows}), allocateInts(step, {rows}),
                   allocateInts(step, {m_config.n_routed_experts + 1})};
    ops::matmul(step.backend, {.x = x, .weight = m_gate.value, .out = kept.logits});
    addBias(step, m_logitsBias, kept.logits, {});
    route(step, kept);
    ops::groupByExpert(step.backend, {.experts = kept.experts, .groups = kept.groups});
    kept.rows = step.floats(rows, m_config.hidden_size);
    kept.routed =
        m_experts.forward(step, x, kept.rows, false, {kept.groups.offsets, kept.groups.row_token});
    if (m_shared)
        kept.shared = m_shared->forward(step, x, out, true);
    ops::combineExperts(
        step.backend,
        {.rows = kept.rows, .row_pair = kept.groups.row_pair, .weights = kept.weights, .out = out});
    return kept;
}

void MoeLayer::backward(const StepContext& step, const Tensor& x, const MoeActivations& kept,
                        const Tensor& dout, const Tensor& dx) const {
    const int64_t tokens = x.dim(0), k = m_config.num_experts_per_tok;
    const Tensor dweights = step.floats(tokens, k);
    combineExpertsBackward(step.pool, {.rows = kept.rows,
                                       .row_pair = kept.groups.row_pair,
                                       .weights = kept.weights,
                                       .dout = dout,
                                       .drows = kept.rows,
                                       .dweights = dweights});
    const Tensor dlogits = step.floats(tokens, m_config.n_routed_experts);
    routerBackward(step.pool, {.logits = kept.logits,
                               .experts = kept.experts,
                               .dweights = dweights,
                               .dlogits = dlogits,
                               .scoring = m_config.scoring_func,
                               .norm_topk_prob = m_config.norm_topk_prob,
                               .routed_scaling_factor = float(m_config.routed_scaling_factor)});
    if (!step.balance_weights.empty())
        step.balance_loss += sequenceBalance(step.pool, {.logits = kept.logits,
                                                         .experts = kept.experts,
                                                         .dlogits = dlogits,
                                                         .scoring = m_config.scoring_func,
                                                         .segments = step.segments,
                                                         .weights = step.balance_weights});
    biasBackward(step.pool, {dlogits, {}, m_logitsBias.gradient});
    matmulBackward(
        step.pool,
        {.x = x, .weight = m_gate.value, .dout = dlogits, .dx = dx, .dweight = m_gate.gradient});
    if (m_shared)
        m_shared->backward(step, x, kept.shared, dout, dx, true);

    const Tensor gathered = step.floats(tokens * k, m_config.hidden_size);
    ops::gatherRows(step.backend, {.x = x, .ids = kept.groups.row_token, .out = gathered});
    const Tensor dgathered = step.floats(tokens * k, m_config.hidden_size);
    m_experts.backward(step, gathered, kept.routed, kept.rows, dgathered, false,
                       {kept.groups.offsets, {}});
    gatherTokensBackward(
        step.pool, {.drows = dgathered, .row_pair = kept.groups.row_pair, .choices = k, .dx = dx});
}

void MoeLayer::addUse(const StepContext& step, const MoeActivations& kept, ExpertUse& use) const {
    const int32_t* offsets = engine::cpuData<int32_t>(kept.groups.offsets);
    for (size_t e = 0; e < use.loads.size(); ++e)
        use.loads[e] += offsets[e + 1] - offsets[e];
    use.entropy += routerEntropy(step.pool, kept.logits, m_config.scoring_func);
    use.tokens += kept.logits.dim(0);
}

void MoeLayer::balance(const std::vector<int64_t>& loads, double gamma) const {
    if (!m_bias.value.defined())
        return;
    float* bias = engine::cpuData<float>(m_bias.value);
    const int64_t total = std::accumulate(loads.begin(), loads.end(), int64_t{0});
    for (size_t e = 0; e < loads.size(); ++e) {
        const int64_t excess = loads[e] * int64_t(loads.size()) - total;
        if (excess != 0)
            bias[e] += float(excess < 0 ? gamma : -gamma);
    }
}

}  // namespace hearth::finetune
