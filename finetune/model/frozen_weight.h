// Layout of a weight that training never changes.
#pragma once
#include "finetune/model/model_parameters.h"

namespace hearth::finetune {

/// Packed once for x * W^T instead of in every step, which means a transposition. dout * W takes
/// the weight's own rows nearly as they are, so that a second layout would only cost memory.
/// Undefined for a weight that is trained.
struct FrozenWeight {
    engine::Tensor packed;  // [out, in] or [E, out, in]

    FrozenWeight() = default;
    FrozenWeight(engine::Backend& backend, const Weight& weight);

    bool defined() const { return packed.defined(); }
};

}  // namespace hearth::finetune
