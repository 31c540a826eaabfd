// Gradient of engine::ops::addBias.
#pragma once
#include "engine/cpu/thread_pool.h"
#include "engine/tensor.h"

namespace hearth::finetune {

/// x[row] += bias, or += bias[expert(row)] for rows sorted by expert.
struct BiasBackwardParams {
    engine::Tensor dout;     // [T, W]
    engine::Tensor offsets;  // [E+1] I32 (ExpertGroups::offsets) or undefined
    engine::Tensor dbias;    // [W], or [E, W] with offsets; added to. Undefined: nothing to do
};

void biasBackward(engine::ThreadPool& pool, const BiasBackwardParams& params);

}  // namespace hearth::finetune
