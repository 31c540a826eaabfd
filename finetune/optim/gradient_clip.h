// Clipping by the global norm.
#pragma once
#include "finetune/model/parameter_set.h"

namespace hearth::finetune {

/// L2 norm over all gradients, summed in double in a fixed order.
double gradientNorm(const ParameterSet& parameters);

/// Factor that brings a gradient of this norm down to maxNorm (1 when it is within, or when
/// maxNorm is 0). torch.nn.utils.clip_grad_norm_ divides by norm + 1e-6; so does this.
double clipScale(double norm, double maxNorm);

}  // namespace hearth::finetune
