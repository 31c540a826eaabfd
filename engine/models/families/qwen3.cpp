// Qwen3 (dense): queries and keys normalised head by head. Source: arXiv 2505.09388.
#include <nlohmann/json.hpp>

#include "engine/models/config_parts.h"
#include "engine/models/families/families.h"

namespace hearth::engine::families {

core::Result<ModelConfig> qwen3(const nlohmann::json& json) {
    ConfigDraft draft(json, "Qwen3ForCausalLM");
    draft.readGroupedAttention(true);
    draft.config.qk_norm = QkNorm::PerHead;
    if (draft.reader.flag("use_sliding_window", false))
        draft.readSlidingWindow(draft.reader.integer("max_window_layers", 0, 1 << 10, 28));
    return draft.finish();
}

}  // namespace hearth::engine::families
