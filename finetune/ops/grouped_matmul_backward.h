// Gradient of engine::ops::groupedMatmul.
#pragma once
#include "engine/cpu/thread_pool.h"
#include "engine/tensor.h"

namespace hearth::finetune {

/// out[row] = scale * x[row] * weight[expert(row)]^T; rows are sorted by expert.
struct GroupedMatmulBackwardParams {
    engine::Tensor x;        // [T*k, in]; undefined when dweight is
    engine::Tensor weight;   // [E, out, in] F32 row-major; undefined when dx is
    engine::Tensor offsets;  // [E+1] I32
    engine::Tensor dout;     // [T*k, out]
    engine::Tensor dx;       // [T*k, in] or undefined
    engine::Tensor dweight;  // [E, out, in] or undefined; added to
    bool accumulate_dx = false;
    float scale = 1.0f;
    engine::DType operands = engine::DType::F32;  // BF16: rounded to it, sums stay F32
};

void groupedMatmulBackward(engine::ThreadPool& pool, const GroupedMatmulBackwardParams& params);

/// dx[t] += sum of drows over the rows that were gathered from token t, in choice order.
struct GatherTokensBackwardParams {
    engine::Tensor drows;     // [T*k, H] in sorted order
    engine::Tensor row_pair;  // [T*k] I32: sorted row -> token*k + choice
    int64_t choices = 0;      // k
    engine::Tensor dx;        // [T, H]
};

void gatherTokensBackward(engine::ThreadPool& pool, const GatherTokensBackwardParams& params);

}  // namespace hearth::finetune
