// Gradient of engine::ops::gatherRows for ids that are all different.
#pragma once
#include "engine/cpu/thread_pool.h"
#include "engine/tensor.h"

namespace hearth::finetune {

/// dx[ids[i]] += dout[i].
struct GatherRowsBackwardParams {
    engine::Tensor ids;   // [N] I32, no id twice
    engine::Tensor dout;  // [N, H]
    engine::Tensor dx;    // [T, H]
};

void gatherRowsBackward(engine::ThreadPool& pool, const GatherRowsBackwardParams& params);

}  // namespace hearth::finetune
