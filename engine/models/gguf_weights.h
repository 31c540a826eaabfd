// A GGUF file's tensors under their canonical names.
#pragma once
#include <memory>

#include "engine/formats/gguf.h"
#include "engine/models/model_config.h"

namespace hearth::engine {

/// Checks that every tensor of the model is there with its shape and a float type, and that there
/// is no other, and returns views in Hugging Face's order of rows. They refer to `file`, which must
/// outlive them. kv_b_proj that the file keeps in two halves is put together as it is read.
/// Not counted as extra: rope_freqs and the like (computed from the config).
/// Errors: Unsupported for an architecture that GGUF lacks; InvalidArgument listing the first
/// problems and their count.
core::Result<std::unique_ptr<WeightSource>> ggufWeights(const ModelConfig& config,
                                                        const GgufFile& file);

}  // namespace hearth::engine
