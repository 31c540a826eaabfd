// Layouts of a weight that training never changes.
#pragma once
#include "finetune/model/model_parameters.h"

namespace hearth::finetune {

/// Packed once for x * W^T and once for dout * W, instead of in every step. Both are undefined
/// for a weight that is trained.
struct FrozenWeight {
    engine::Tensor forward;   // [out, in] or [E, out, in]
    engine::Tensor backward;  // [in, out] or [E, in, out]

    FrozenWeight() = default;
    FrozenWeight(engine::Backend& backend, const Weight& weight);

    bool defined() const { return forward.defined(); }
};

}  // namespace hearth::finetune
