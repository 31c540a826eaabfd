// DeepSeek-V2 and V2-Lite: multi-head latent attention, softmax routing whose weights are not
// renormalised, groups judged by their best expert. Source: arXiv 2405.04434, section 2.
#include <nlohmann/json.hpp>

#include "engine/models/config_parts.h"
#include "engine/models/families/families.h"

namespace hearth::engine::families {

core::Result<ModelConfig> deepseekV2(const nlohmann::json& json) {
    ConfigDraft draft(json, "DeepseekV2ForCausalLM");
    draft.readLatentAttention();
    draft.reader.requireText("scoring_func", "softmax");
    const std::string method = draft.reader.text("topk_method", "greedy");
    if (method != "greedy" && method != "group_limited_greedy")
        draft.reader.fail("topk_method", "must be greedy or group_limited_greedy",
                          core::ErrorCode::Unsupported);
    draft.readDeepseekExperts();
    ModelConfig& config = draft.config;
    if (method == "greedy")
        config.n_group = config.topk_group = 1;
    config.scoring_func = RouterScoring::Softmax;
    config.group_scoring = GroupScoring::Max;
    config.score_correction_bias = false;
    // The family's code leaves the weights as they are whatever the field says.
    config.norm_topk_prob = false;
    return draft.finish();
}

}  // namespace hearth::engine::families
