// Gradient of engine::ops::swiglu.
#pragma once
#include "engine/cpu/thread_pool.h"
#include "engine/tensor.h"

namespace hearth::finetune {

/// out = silu(gate) * up; gate = x[:, :I], up = x[:, I:].
struct SwigluBackwardParams {
    engine::Tensor x;     // [T, 2*I], as given to the forward op
    engine::Tensor dout;  // [T, I]
    engine::Tensor dx;    // [T, 2*I]; may be x
};

void swigluBackward(engine::ThreadPool& pool, const SwigluBackwardParams& params);

}  // namespace hearth::finetune
