// DeepSeek-V3, R1 and V3.1, Moonlight, Kimi-K2: multi-head latent attention, sigmoid routing
// with a correction bias and groups, shared experts, yarn, multi-token-prediction layers.
// Source: arXiv 2412.19437, section 2.
#include <nlohmann/json.hpp>

#include "engine/models/config_parts.h"
#include "engine/models/families/families.h"

namespace hearth::engine::families {

core::Result<ModelConfig> deepseekV3(const nlohmann::json& json) {
    ConfigDraft draft(json, "DeepseekV3ForCausalLM");
    draft.readLatentAttention();
    draft.reader.requireText("scoring_func", "sigmoid");
    draft.reader.requireText("topk_method", "noaux_tc");
    draft.readDeepseekExperts();
    return draft.finish();
}

}  // namespace hearth::engine::families
