// Weights of experts that were chosen before: engine::ops::router without the choice.
#pragma once
#include "engine/cpu/thread_pool.h"
#include "engine/ops/op_params.h"

namespace hearth::finetune {

/// weights[t, j] = the router's weight of experts[t, j], by the live logits. Fields as those of
/// RouterParams. Source: routing replay (Zheng et al. 2025, GSPO).
struct ChosenWeightsParams {
    engine::Tensor logits;   // [T, E]
    engine::Tensor experts;  // [T, k] I32
    engine::Tensor weights;  // [T, k], out
    engine::RouterScoring scoring = engine::RouterScoring::Sigmoid;
    bool norm_topk_prob = true;
    float routed_scaling_factor = 1.0f;
};

void chosenWeights(engine::ThreadPool& pool, const ChosenWeightsParams& params);

}  // namespace hearth::finetune
