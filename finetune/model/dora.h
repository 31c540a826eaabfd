// DoRA: a linear layer's rows keep a trained length of their own; base and adapter give the
// direction. W' = magnitude * (W + s B A) / |W + s B A|, row by row. Source: Liu et al. 2024, with
// the norm held constant in the gradient as in its section 4.3 and in PEFT.
#pragma once
#include <functional>
#include <vector>

#include "finetune/model/grouped_product.h"
#include "finetune/model/model_parameters.h"

namespace hearth::finetune {

/// Rows [begin, end) of a group of the base weight as F32.
using BaseRows = std::function<void(int64_t group, int64_t begin, int64_t end, float* out)>;

/// One module's share of a layer's outputs.
struct AdapterPart {
    int64_t begin = 0;  // outputs [begin, end)
    int64_t end = 0;
    Weight b;          // [end - begin, r] or [E, end - begin, r]
    Weight magnitude;  // [end - begin] or [E, end - begin]; undefined without DoRA
};

/// The adapter of one layer, possibly one per expert.
struct AdapterShape {
    int64_t outputs = 0;
    int64_t in = 0;
    Weight a;  // [parts * r, in] or [E, parts * r, in]
    std::vector<AdapterPart> parts;
    int64_t rank = 0;
    float scale = 1.0f;
};

/// Norms and magnitude / norm of every output, 1 for those without an adapter; of the experts
/// that have rows. W + s B A never exists: |w + s b A|^2 = |w|^2 + 2 s (w A^T) b + s^2 b (A A^T) b.
AdapterFactors doraFactors(const StepContext& step, const AdapterShape& layer, const BaseRows& base,
                           const RowGroups& groups);
/// Adds the magnitudes' gradients. unscaled: the layer's outputs before the factors.
void doraMagnitudeGradients(const StepContext& step, const AdapterShape& layer,
                            const AdapterFactors& factors, const engine::Tensor& unscaled,
                            const engine::Tensor& dout, const RowGroups& groups);

}  // namespace hearth::finetune
