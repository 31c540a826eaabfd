// Granite (dense): Llama's blocks with four multipliers. Source: arXiv 2404.05405 for muP's.
#include <nlohmann/json.hpp>

#include "engine/models/config_parts.h"
#include "engine/models/families/families.h"

namespace hearth::engine::families {

core::Result<ModelConfig> granite(const nlohmann::json& json) {
    ConfigDraft draft(json, "GraniteForCausalLM");
    draft.readGroupedAttention(true);
    draft.readMultipliers();
    draft.config.mlp_bias = draft.reader.flag("mlp_bias", false);
    return draft.finish();
}

}  // namespace hearth::engine::families
