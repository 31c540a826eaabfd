// Rotary embeddings as GGUF describes them, to and from config.json.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "engine/models/gguf_keys.h"
#include "engine/models/model_config.h"

namespace hearth::engine {

/// Sets rope_theta and rope_scaling of a config.json. pairs: rotated pairs of a head.
/// Llama 3's scaling, which GGUF keeps as a factor a pair (rope_freqs.weight), becomes its four
/// numbers again; other factors become longrope ones that hold at every length.
void readGgufRope(GgufKeys& keys, const GgufFile& file, int64_t pairs,
                  nlohmann::ordered_json& json);

struct GgufRope {
    GgufMetadata keys;               // names with the architecture's prefix
    std::vector<float> factors;      // rope_freqs.weight; empty: none
    std::vector<std::string> notes;  // what llama.cpp does differently
};
/// The reverse. Errors: Unsupported when GGUF has no way to say it.
core::Result<GgufRope> ggufRope(const ModelConfig& config, const std::string& prefix);

}  // namespace hearth::engine
