// Gradient of engine::ops::router through the weights; the choice of experts is a constant.
#pragma once
#include "engine/cpu/thread_pool.h"
#include "engine/ops/op_params.h"

namespace hearth::finetune {

struct RouterBackwardParams {
    engine::Tensor logits;    // [T, E]
    engine::Tensor experts;   // [T, k] I32, as chosen by the forward op
    engine::Tensor dweights;  // [T, k]
    engine::Tensor dlogits;   // [T, E], overwritten
    engine::RouterScoring scoring = engine::RouterScoring::Sigmoid;
    bool norm_topk_prob = true;
    float routed_scaling_factor = 1.0f;
};

void routerBackward(engine::ThreadPool& pool, const RouterBackwardParams& params);

}  // namespace hearth::finetune
