// Columns times factors, for all rows or for the rows of each expert, and the gradient.
#pragma once
#include "engine/cpu/thread_pool.h"
#include "engine/tensor.h"

namespace hearth::finetune {

/// out[t, i] = factors[e(t), i] * x[t, i], or += when accumulate.
struct ScaleColumnsParams {
    engine::Tensor x;        // [T, W]
    engine::Tensor factors;  // [W], or [E, W] with offsets
    engine::Tensor offsets;  // [E+1] I32, rows sorted by expert; or undefined
    engine::Tensor out;      // [T, W]; may be x
    bool accumulate = false;
};

void scaleColumns(engine::ThreadPool& pool, const ScaleColumnsParams& params);

/// dfactors[e, i] = sum over the expert's rows of x[t, i] * dout[t, i].
struct ScaleColumnsBackwardParams {
    engine::Tensor x;         // [T, W]
    engine::Tensor dout;      // [T, W]
    engine::Tensor offsets;   // as above
    engine::Tensor dfactors;  // [W] or [E, W], overwritten
};

void scaleColumnsBackward(engine::ThreadPool& pool, const ScaleColumnsBackwardParams& params);

}  // namespace hearth::finetune
