#include "finetune/model/frozen_weight.h"

#include "engine/cpu/cpu_backend.h"
#include "engine/ops/ops.h"

namespace hearth::finetune {

using engine::Tensor;

namespace {

Tensor transposed(engine::Backend& backend, const Tensor& weight) {
    const int rank = weight.rank();
    const int64_t groups = rank == 3 ? weight.dim(0) : 1;
    const int64_t rows = weight.dim(rank - 2), columns = weight.dim(rank - 1);
    const Tensor out = engine::allocate(backend, weight.dtype(), {groups * columns, rows});
    const float* source = engine::cpuData<float>(weight);
    float* target = engine::cpuData<float>(out);
    for (int64_t g = 0; g < groups; ++g, source += rows * columns, target += rows * columns)
        for (int64_t r = 0; r < rows; ++r)
            for (int64_t c = 0; c < columns; ++c)
                target[c * rows + r] = source[r * columns + c];
    return rank == 3 ? out.reshaped({groups, columns, rows}) : out;
}

}  // namespace

FrozenWeight::FrozenWeight(engine::Backend& backend, const Weight& weight) {
    if (weight.gradient.defined())
        return;
    forward = engine::ops::pack(backend, weight.value);
    backward = engine::ops::pack(backend, transposed(backend, weight.value));
}

}  // namespace hearth::finetune
