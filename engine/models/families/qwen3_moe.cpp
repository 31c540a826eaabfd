// Qwen3 MoE: Qwen3's attention, softmax routing. Source: arXiv 2505.09388.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/models/config_parts.h"
#include "engine/models/families/families.h"

namespace hearth::engine::families {

core::Result<ModelConfig> qwen3Moe(const nlohmann::json& json) {
    ConfigDraft draft(json, "Qwen3MoeForCausalLM");
    draft.readGroupedAttention(true);
    // The second name is what transformers 5 writes.
    draft.readExperts(draft.reader.has("num_local_experts") ? "num_local_experts" : "num_experts",
                      "moe_intermediate_size");
    ModelConfig& config = draft.config;
    config.qk_norm = QkNorm::PerHead;
    config.scoring_func = RouterScoring::Softmax;
    config.norm_topk_prob = draft.reader.flag("norm_topk_prob", false);
    config.moe_layer_freq = draft.reader.integer("decoder_sparse_step", 1, 1 << 10, 1);
    config.moe_layer_phase = config.moe_layer_freq - 1;
    config.mlp_only_layers = draft.reader.tokenIds("mlp_only_layers");
    std::ranges::sort(config.mlp_only_layers);
    if (draft.reader.flag("use_sliding_window", false))
        draft.readSlidingWindow(0);
    return draft.finish();
}

}  // namespace hearth::engine::families
