// Gradient of engine::ops::matmul.
#pragma once
#include "engine/cpu/thread_pool.h"
#include "engine/tensor.h"

namespace hearth::finetune {

/// out = scale * x * weight^T.
struct MatmulBackwardParams {
    engine::Tensor x;        // [T, in]; undefined when dweight is
    engine::Tensor weight;   // [out, in] F32 row-major; undefined when dx is
    engine::Tensor dout;     // [T, out]
    engine::Tensor dx;       // [T, in] or undefined: not wanted
    engine::Tensor dweight;  // [out, in] or undefined: not wanted; added to
    bool accumulate_dx = false;
    float scale = 1.0f;
    engine::DType operands = engine::DType::F32;  // BF16: rounded to it, sums stay F32
};

void matmulBackward(engine::ThreadPool& pool, const MatmulBackwardParams& params);

}  // namespace hearth::finetune
