// Gradient of engine::ops::rmsNorm.
#pragma once
#include "engine/cpu/thread_pool.h"
#include "engine/tensor.h"

namespace hearth::finetune {

/// out = x / sqrt(mean(x^2) + eps) * weight, row by row.
struct RmsNormBackwardParams {
    engine::Tensor x;        // [T, H], as given to the forward op
    engine::Tensor weight;   // [H]
    engine::Tensor dout;     // [T, H]
    engine::Tensor dx;       // [T, H] or undefined; may be dout unless accumulate_dx
    engine::Tensor dweight;  // [H] or undefined; added to
    bool accumulate_dx = false;
    float eps = 1e-6f;
};

void rmsNormBackward(engine::ThreadPool& pool, const RmsNormBackwardParams& params);

}  // namespace hearth::finetune
