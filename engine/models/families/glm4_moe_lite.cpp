// GLM-4.7-Flash: DeepSeek-V3's blocks in other sizes.
#include <nlohmann/json.hpp>

#include "engine/models/config_parts.h"
#include "engine/models/families/families.h"

namespace hearth::engine::families {

core::Result<ModelConfig> glm4MoeLite(const nlohmann::json& json) {
    ConfigDraft draft(json, "Glm4MoeLiteForCausalLM");
    draft.readLatentAttention();
    draft.reader.requireText("topk_method", "noaux_tc");
    draft.readDeepseekExperts();
    return draft.finish();
}

}  // namespace hearth::engine::families
