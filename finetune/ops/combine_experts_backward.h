// Gradient of engine::ops::combineExperts, taken through the experts' last product: their outputs,
// rows = inner * W^T of [T*k, H], are then needed neither in the forward nor in the backward pass.
#pragma once
#include "engine/cpu/thread_pool.h"
#include "engine/tensor.h"

namespace hearth::finetune {

/// out[r] = weight of row r * x[r]
struct WeighRowsParams {
    engine::Tensor x;         // [T*k, n] in sorted order
    engine::Tensor row_pair;  // [T*k] I32: sorted row -> token*k + choice
    engine::Tensor weights;   // [T, k]
    engine::Tensor out;       // [T*k, n]; may be x
};

void weighRows(engine::ThreadPool& pool, const WeighRowsParams& params);

/// dweights[pair of r] = sum of x[r] * dout[r].
struct RowWeightsBackwardParams {
    engine::Tensor x;         // [T*k, n], what the weights multiply, in sorted order
    engine::Tensor row_pair;  // [T*k] I32
    engine::Tensor dout;      // [T*k, n], gradient of weight * x
    engine::Tensor dweights;  // [T, k]
};

void rowWeightsBackward(engine::ThreadPool& pool, const RowWeightsBackwardParams& params);

}  // namespace hearth::finetune
