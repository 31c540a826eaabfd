// Qwen2 and 2.5: Llama's blocks with biases on queries, keys and values.
#include <nlohmann/json.hpp>

#include "engine/models/config_parts.h"
#include "engine/models/families/families.h"

namespace hearth::engine::families {

core::Result<ModelConfig> qwen2(const nlohmann::json& json) {
    ConfigDraft draft(json, "Qwen2ForCausalLM");
    draft.readGroupedAttention(false);
    draft.config.qkv_bias = true;
    if (draft.reader.flag("use_sliding_window", false))
        draft.readSlidingWindow(draft.reader.integer("max_window_layers", 0, 1 << 10, 28));
    return draft.finish();
}

}  // namespace hearth::engine::families
