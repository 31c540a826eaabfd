// Puts a model together from its description and a store of weights. Loading, importing and
// measuring all go through here, so they ask for the same weights.
#pragma once
#include "engine/models/decoder_model.h"
#include "engine/models/weight_store.h"

namespace hearth::engine {

/// REQUIRES: the store has every tensor of tensorSpecs(config) that is not optional; MTP layers
/// only when withMtp.
DecoderWeights buildDecoderWeights(const ModelConfig& config, WeightStore& store, bool withMtp);

}  // namespace hearth::engine
