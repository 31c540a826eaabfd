// Gradient of engine::ops::swiglu.
#pragma once
#include "engine/cpu/thread_pool.h"
#include "engine/tensor.h"

namespace hearth::finetune {

/// As SwigluParams; where the limit holds a value, its gradient is 0.
struct SwigluBackwardParams {
    engine::Tensor x;     // [T, 2*I], as given to the forward op
    engine::Tensor dout;  // [T, I]
    engine::Tensor dx;    // [T, 2*I]; may be x
    float limit = 0.0f;
};

void swigluBackward(engine::ThreadPool& pool, const SwigluBackwardParams& params);

}  // namespace hearth::finetune
