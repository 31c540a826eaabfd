// OLMoE: queries and keys normalised over the whole projection. Source: arXiv 2409.02060.
#include <nlohmann/json.hpp>

#include "engine/models/config_parts.h"
#include "engine/models/families/families.h"

namespace hearth::engine::families {

core::Result<ModelConfig> olmoe(const nlohmann::json& json) {
    ConfigDraft draft(json, "OlmoeForCausalLM");
    draft.readGroupedAttention(true);
    draft.readExperts("num_experts", "intermediate_size");
    ModelConfig& config = draft.config;
    config.qk_norm = QkNorm::WholeProjection;
    config.scoring_func = RouterScoring::Softmax;
    config.norm_topk_prob = draft.reader.flag("norm_topk_prob", false);
    if (draft.reader.has("clip_qkv"))
        draft.reader.fail("clip_qkv", "must be null", core::ErrorCode::Unsupported);
    return draft.finish();
}

}  // namespace hearth::engine::families
