// A model with a LoRA adapter added to its weights, for whoever takes the model elsewhere.
#pragma once
#include <memory>
#include <string>

#include "core/result.h"
#include "engine/formats/weight_source.h"
#include "engine/models/model_config.h"

namespace hearth::engine {

/// W + scale * B * A, with DoRA its rows at their trained lengths, in F32 for every matrix that the
/// adapter touches, computed as it is read; the others are the base's. weights: canonical names; it
/// must outlive the result, the adapter need not. Errors: as loadAdapter; Unsupported for an
/// adapter on the output of a model whose output is its embedding.
core::Result<std::unique_ptr<WeightSource>> mergeAdapter(const ModelConfig& config,
                                                         const WeightSource& weights,
                                                         const std::string& adapterConfigJson,
                                                         const WeightSource& adapterWeights);

}  // namespace hearth::engine
