// DeepSeek-V3.2: DeepSeek-V3 with an indexer that picks the keys each query attends to.
// Source: the DeepSeek-V3.2-Exp report.
#include <nlohmann/json.hpp>

#include "engine/models/config_parts.h"
#include "engine/models/families/families.h"

namespace hearth::engine::families {

core::Result<ModelConfig> deepseekV32(const nlohmann::json& json) {
    ConfigDraft draft(json, "DeepseekV32ForCausalLM");
    draft.readLatentAttention();
    draft.reader.requireText("scoring_func", "sigmoid");
    draft.reader.requireText("topk_method", "noaux_tc");
    draft.readDeepseekExperts();
    ModelConfig& config = draft.config;
    config.index_topk = draft.reader.integer("index_topk", 1, 1 << 20);
    config.index_head_dim = draft.reader.integer("index_head_dim", 2, 1 << 13);
    config.index_n_heads = draft.reader.integer("index_n_heads", 1, 1 << 12);
    if (config.index_head_dim < config.qk_rope_head_dim)
        draft.reader.fail("index_head_dim", "must not be below qk_rope_head_dim");
    if (config.q_lora_rank == 0)
        draft.reader.fail("q_lora_rank", "is missing; the indexer's queries come from it");
    return draft.finish();
}

}  // namespace hearth::engine::families
