// Compares a checkpoint's tensors with what its architecture expects.
#pragma once
#include <vector>

#include "core/result.h"
#include "engine/formats/weight_source.h"
#include "engine/models/model_config.h"

namespace hearth::engine {

/// Every tensor is there, has the expected shape and a float dtype, and there is no other.
/// Not counted as extra: rotary_emb.inv_freq (computed from the config) and, when embeddings
/// are tied, lm_head.weight (a copy that the model family ignores as well).
/// Errors: InvalidArgument listing the first problems with the expected shapes, and their count.
core::Status checkWeights(const ModelConfig& config, const WeightSource& weights);

/// A dtype that weights may have.
bool isFloatType(DType dtype);

/// "[512, 96]"
std::string shapeText(const std::vector<int64_t>& shape);

}  // namespace hearth::engine
