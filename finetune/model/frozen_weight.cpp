#include "finetune/model/frozen_weight.h"

#include "engine/cpu/cpu_backend.h"
#include "engine/ops/ops.h"

namespace hearth::finetune {

FrozenWeight::FrozenWeight(engine::Backend& backend, const Weight& weight, engine::DType operands) {
    if (weight.gradient.defined())
        return;
    if (operands == engine::DType::BF16)
        panels = packPairPanels(backend, engine::cpuThreadPool(backend), weight.value);
    else
        packed = engine::ops::pack(backend, weight.value);
}

}  // namespace hearth::finetune
