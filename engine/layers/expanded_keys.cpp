#include "engine/layers/expanded_keys.h"

#include "engine/models/model_config.h"

namespace hearth::engine {

ExpandedShape expandedShape(const ModelConfig& config) {
    return {.heads = config.num_attention_heads,
            .key = config.qk_nope_head_dim,
            .rope = config.qk_rope_head_dim,
            .value = config.v_head_dim};
}

bool expandsKeys(const ModelConfig& config, DType cache_dtype) {
    return config.latent() && !config.sparse() && cache_dtype == DType::Q8 &&
           expandedShape(config).fits();
}

}  // namespace hearth::engine
