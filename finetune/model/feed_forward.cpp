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

/// x itself when it is of that type.
Tensor asType(const StepContext& step, const Tensor& x, DType type) {
    if (x.dtype() == type)
        return x;
    const Tensor out = engine::allocate(step.backend, type, {x.dim(0), x.dim(1)});
    ops::copy(step.backend, {.x = x, .out = out});
    return out;
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

Tensor SwigluNetwork::innerOf(const StepContext& step, const Tensor& gateUp) const {
    const Tensor inner = step.floats(gateUp.dim(0), gateUp.dim(1) / 2);
    ops::swiglu(step.backend, {.x = gateUp, .out = inner, .limit = m_limit});
    return inner;
}

SwigluNetwork::Activations SwigluNetwork::forward(const StepContext& step, const Tensor& x,
                                                  const Tensor& out, bool accumulate,
                                                  const RowGroups& groups) const {
    const Tensor gateUp = step.floats(out.dim(0), m_gateUp.outputs());
    m_gateUp.forward(step, x, gateUp, false, groups);
    addBias(step, m_gateUpBias, gateUp, groups);
    const Tensor inner = innerOf(step, gateUp);
    m_down.forward(step, inner, out, accumulate, {groups.offsets, {}});
    addBias(step, m_downBias, out, groups);
    // An adapter's step is too short to hide the conversions: they took a tenth of it and more.
    return {asType(step, gateUp, m_gateUp.trainsBase() ? step.operands : DType::F32)};
}

/// With weights: weight * (W inner + b) is W (weight * inner) + weight * b. So W sees weighted
/// rows, and the gradient of its input, not weighted, times inner is a weight's.
void SwigluNetwork::downBackward(const StepContext& step, const Tensor& inner, const Tensor& dout,
                                 const Tensor& dinner, const RowGroups& groups,
                                 const RowWeights& weights) const {
    if (!weights.defined()) {
        biasBackward(step.pool, {dout, groups.offsets, m_downBias.gradient});
        return m_down.backward(step, inner, dout, dinner, false, groups);
    }
    const auto weighted = [&](const Tensor& x, const Tensor& out) {
        weighRows(step.pool, {x, weights.row_pair, weights.values, out});
        return out;
    };
    m_down.backward(step, weighted(inner, step.floats(inner.dim(0), inner.dim(1))), dout, dinner,
                    false, groups);
    rowWeightsBackward(step.pool, {inner, weights.row_pair, dinner, weights.gradient});
    weighted(dinner, dinner);
    if (m_downBias.value.defined()) {
        const Tensor ofBias = step.floats(weights.values.dim(0), weights.values.dim(1));
        const Tensor bias = step.floats(dout.dim(0), dout.dim(1));
        step.backend.fillZero(bias);
        addBias(step, m_downBias, bias, groups);
        rowWeightsBackward(step.pool, {bias, weights.row_pair, dout, ofBias});
        ops::add(step.backend, {.a = weights.gradient, .b = ofBias, .out = weights.gradient});
        biasBackward(step.pool, {weighted(dout, dout), groups.offsets, m_downBias.gradient});
    }
}

void SwigluNetwork::backward(const StepContext& step, const Tensor& x, const Activations& kept,
                             const Tensor& dout, const Tensor& dx, bool accumulateDx,
                             const RowGroups& groups, const RowWeights& weights) const {
    const Tensor gateUp = asType(step, kept.gate_up, DType::F32);
    const Tensor dinner = step.floats(gateUp.dim(0), gateUp.dim(1) / 2);
    downBackward(step, innerOf(step, gateUp), dout, dinner, groups, weights);
    swigluBackward(step.pool, {.x = gateUp, .dout = dinner, .dx = gateUp, .limit = m_limit});
    biasBackward(step.pool, {gateUp, groups.offsets, m_gateUpBias.gradient});
    m_gateUp.backward(step, x, gateUp, dx, accumulateDx, groups);
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
    const Tensor outputs = step.floats(rows, m_config.hidden_size);
    kept.routed =
        m_experts.forward(step, x, outputs, false, {kept.groups.offsets, kept.groups.row_token});
    if (m_shared)
        kept.shared = m_shared->forward(step, x, out, true);
    ops::combineExperts(
        step.backend,
        {.rows = outputs, .row_pair = kept.groups.row_pair, .weights = kept.weights, .out = out});
    return kept;
}

void MoeLayer::backward(const StepContext& step, const Tensor& x, const MoeActivations& kept,
                        const Tensor& dout, const Tensor& dx) const {
    const Tensor dweights = step.floats(kept.weights.dim(0), kept.weights.dim(1));
    const Tensor dgathered = expertsBackward(step, x, kept, dout, dweights);
    routerBackward(step, x, kept, dweights, dx);
    if (m_shared)
        m_shared->backward(step, x, kept.shared, dout, dx, true);
    gatherTokensBackward(step.pool, {.drows = dgathered,
                                     .row_pair = kept.groups.row_pair,
                                     .choices = kept.weights.dim(1),
                                     .dx = dx});
}

Tensor MoeLayer::expertsBackward(const StepContext& step, const Tensor& x,
                                 const MoeActivations& kept, const Tensor& dout,
                                 const Tensor& dweights) const {
    const int64_t rows = kept.groups.row_token.dim(0);
    const auto gathered = [&](const Tensor& source) {
        const Tensor out = step.floats(rows, m_config.hidden_size);
        ops::gatherRows(step.backend, {.x = source, .ids = kept.groups.row_token, .out = out});
        return out;
    };
    const Tensor dgathered = step.floats(rows, m_config.hidden_size);
    m_experts.backward(step, gathered(x), kept.routed, gathered(dout), dgathered, false,
                       {kept.groups.offsets, {}}, {kept.groups.row_pair, kept.weights, dweights});
    return dgathered;
}

/// Sets dx.
void MoeLayer::routerBackward(const StepContext& step, const Tensor& x, const MoeActivations& kept,
                              const Tensor& dweights, const Tensor& dx) const {
    const Tensor dlogits = step.floats(x.dim(0), m_config.n_routed_experts);
    finetune::routerBackward(step.pool,
                             {.logits = kept.logits,
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
