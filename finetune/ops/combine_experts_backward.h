// Gradient of engine::ops::combineExperts.
#pragma once
#include "engine/cpu/thread_pool.h"
#include "engine/tensor.h"

namespace hearth::finetune {

/// out[t] += sum over the token's choices of weights[t, j] * rows[r(t, j)].
struct CombineExpertsBackwardParams {
    engine::Tensor rows;      // [T*k, H] in sorted order
    engine::Tensor row_pair;  // [T*k] I32: sorted row -> token*k + choice
    engine::Tensor weights;   // [T, k]
    engine::Tensor dout;      // [T, H]
    engine::Tensor drows;     // [T*k, H], overwritten; may be rows
    engine::Tensor dweights;  // [T, k], overwritten; or undefined: not wanted
};

void combineExpertsBackward(engine::ThreadPool& pool, const CombineExpertsBackwardParams& params);

}  // namespace hearth::finetune
