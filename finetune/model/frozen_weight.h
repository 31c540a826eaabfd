// Layout of a weight that training never changes.
#pragma once
#include "finetune/model/model_parameters.h"
#include "finetune/ops/pair_matmul.h"

namespace hearth::finetune {

/// Packed once for x * W^T instead of in every step, which means a transposition. dout * W takes
/// the weight's own rows nearly as they are, so that a second layout would only cost memory.
/// With operands in BF16 both layouts together take what the one in F32 does. Undefined for a
/// weight that is trained.
struct FrozenWeight {
    engine::Tensor packed;  // [out, in] or [E, out, in]; of F32
    PairPanels panels;      // of BF16

    FrozenWeight() = default;
    FrozenWeight(engine::Backend& backend, const Weight& weight, engine::DType operands);

    /// The layout for x * W^T in F32: undefined after one for BF16.
    const engine::Tensor& of(const Weight& weight) const {
        return packed.defined() ? packed : weight.value;
    }
};

}  // namespace hearth::finetune
