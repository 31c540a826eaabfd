// GLM-4.5 and 4.6: grouped-query attention that turns half of each head, DeepSeek-V3's experts.
#include <nlohmann/json.hpp>

#include "engine/models/config_parts.h"
#include "engine/models/families/families.h"

namespace hearth::engine::families {

core::Result<ModelConfig> glm4Moe(const nlohmann::json& json) {
    ConfigDraft draft(json, "Glm4MoeForCausalLM");
    draft.readGroupedAttention(false);
    draft.readPartialRotary(0.5);
    draft.readDeepseekExperts();
    if (draft.reader.flag("use_qk_norm", false))
        draft.config.qk_norm = QkNorm::PerHead;
    draft.config.score_correction_bias = true;
    return draft.finish();
}

}  // namespace hearth::engine::families
