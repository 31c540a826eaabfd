// Llama 2 and 3, SmolLM2 and the many models that use their code.
#include <nlohmann/json.hpp>

#include "engine/models/config_parts.h"
#include "engine/models/families/families.h"

namespace hearth::engine::families {

core::Result<ModelConfig> llama(const nlohmann::json& json) {
    ConfigDraft draft(json, "LlamaForCausalLM");
    draft.readGroupedAttention(true);
    draft.config.mlp_bias = draft.reader.flag("mlp_bias", false);
    return draft.finish();
}

}  // namespace hearth::engine::families
