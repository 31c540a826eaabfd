#include "finetune/model/frozen_weight.h"

#include "engine/ops/ops.h"

namespace hearth::finetune {

FrozenWeight::FrozenWeight(engine::Backend& backend, const Weight& weight) {
    if (!weight.gradient.defined())
        packed = engine::ops::pack(backend, weight.value);
}

}  // namespace hearth::finetune
