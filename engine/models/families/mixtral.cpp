// Mixtral: Mistral's attention, a softmax over the chosen experts. Source: arXiv 2401.04088.
#include <nlohmann/json.hpp>

#include "engine/models/config_parts.h"
#include "engine/models/families/families.h"

namespace hearth::engine::families {

core::Result<ModelConfig> mixtral(const nlohmann::json& json) {
    ConfigDraft draft(json, "MixtralForCausalLM");
    draft.readGroupedAttention(false);
    draft.config.qkv_bias = false;
    draft.readSlidingWindow(0);
    draft.readExperts("num_local_experts", "intermediate_size");
    return draft.finish();
}

}  // namespace hearth::engine::families
