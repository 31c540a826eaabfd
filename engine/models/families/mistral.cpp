// Mistral: Llama's blocks, all layers with a sliding window in the first version.
#include <nlohmann/json.hpp>

#include "engine/models/config_parts.h"
#include "engine/models/families/families.h"

namespace hearth::engine::families {

core::Result<ModelConfig> mistral(const nlohmann::json& json) {
    ConfigDraft draft(json, "MistralForCausalLM");
    draft.readGroupedAttention(false);
    draft.config.qkv_bias = false;
    draft.readSlidingWindow(0);
    return draft.finish();
}

}  // namespace hearth::engine::families
