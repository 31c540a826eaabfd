// gpt-oss: grouped-query attention with sinks, every other layer with a sliding window, biases
// everywhere, a clamped activation, experts in MXFP4. Source: arXiv 2508.10925.
#include <nlohmann/json.hpp>

#include "engine/models/config_parts.h"
#include "engine/models/families/families.h"

namespace hearth::engine::families {

core::Result<ModelConfig> gptOss(const nlohmann::json& json) {
    ConfigDraft draft(json, "GptOssForCausalLM");
    draft.readGroupedAttention(true);
    draft.readSlidingWindow(0);
    draft.readExperts("num_local_experts", "intermediate_size");
    ModelConfig& config = draft.config;
    config.swiglu_limit = draft.reader.number("swiglu_limit", 1e-3, 1e6, 7.0);
    config.attention_sinks = config.router_bias = config.expert_bias = true;
    return draft.finish();
}

}  // namespace hearth::engine::families
