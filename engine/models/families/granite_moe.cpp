// Granite MoE, without and with a shared expert: Granite's multipliers, a softmax over the
// chosen experts, experts of a layer in one tensor.
#include <nlohmann/json.hpp>

#include "engine/models/config_parts.h"
#include "engine/models/families/families.h"

namespace hearth::engine::families {

namespace {

core::Result<ModelConfig> parse(const nlohmann::json& json, const char* name, bool shared) {
    ConfigDraft draft(json, name);
    draft.readGroupedAttention(true);
    draft.readMultipliers();
    draft.readExperts("num_local_experts", "intermediate_size");
    if (shared)
        draft.config.shared_intermediate_size =
            draft.reader.integer("shared_intermediate_size", 0, 1 << 20, 0);
    return draft.finish();
}

}  // namespace

core::Result<ModelConfig> graniteMoe(const nlohmann::json& json) {
    return parse(json, "GraniteMoeForCausalLM", false);
}

core::Result<ModelConfig> graniteMoeShared(const nlohmann::json& json) {
    return parse(json, "GraniteMoeSharedForCausalLM", true);
}

}  // namespace hearth::engine::families
