// config.json and generation_config.json from the metadata of a GGUF file, and back.
#pragma once
#include <string>
#include <vector>

#include "engine/formats/gguf.h"
#include "engine/models/model_config.h"

namespace hearth::engine {

/// config.json as the family's Hugging Face checkpoints have it; parseModelConfig reads it.
/// Errors: Unsupported naming the architecture and listing the known ones, or naming a key that
/// asks for what Hearth lacks; DataCorrupt naming a key that is missing or of another type.
core::Result<std::string> ggufConfigJson(const GgufFile& file);

/// generation_config.json: every token that ends an answer, and the sampling that the file
/// recommends.
core::Result<std::string> ggufGenerationConfigJson(const GgufFile& file);

struct GgufDescription {
    GgufMetadata keys;                // without general.* and tokenizer.*
    std::vector<float> rope_factors;  // rope_freqs.weight; empty: none
    std::vector<std::string> notes;   // what llama.cpp does differently
};
/// The reverse, without the MTP layers. Errors: Unsupported saying what llama.cpp cannot run.
core::Result<GgufDescription> describeForGguf(const ModelConfig& config);

}  // namespace hearth::engine
