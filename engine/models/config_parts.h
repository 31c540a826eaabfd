// The parts that config.json files of many architectures share. Each reads its fields into the
// draft's config; problems stay with the reader, for finish() to report.
#pragma once
#include <nlohmann/json_fwd.hpp>

#include "core/result.h"
#include "engine/models/config_reader.h"
#include "engine/models/model_config.h"

namespace hearth::engine {

struct ConfigDraft {
    /// Reads what every architecture has: sizes, norms, tokens.
    ConfigDraft(const nlohmann::json& json, const char* architecture);

    /// kv_lora_rank and the rest of MLA. v_head_dim may be absent when shareOfHidden: it is
    /// hidden_size / heads then.
    void readLatentAttention(bool shareOfHidden = false);
    /// num_key_value_heads, head_dim (absent: hidden_size / heads), rotary_dim of the whole head,
    /// attention_bias on q, k, v and, with biasOnOutput, on o.
    void readGroupedAttention(bool biasOnOutput);
    /// partial_rotary_factor, wherever this transformers version writes it.
    void readPartialRotary(double absent);
    /// sliding_window of the layers that layer_types names; without layer_types, of those from
    /// firstLayer on. No window when sliding_window is null.
    void readSlidingWindow(int64_t firstLayer);
    /// DeepSeek's experts: n_routed_experts, shared experts, groups, scaling. mlp_layer_types,
    /// as transformers 5 writes it, counts before first_k_dense_replace.
    void readDeepseekExperts();
    /// Experts under other names: `countField`, num_experts_per_tok; inner width in `widthField`.
    void readExperts(const char* countField, const char* widthField);
    /// Granite's multipliers.
    void readMultipliers();

    /// Reads rope_scaling or rope_parameters; the config, or the first problem.
    core::Result<ModelConfig> finish();

    const nlohmann::json& json;
    ConfigReader reader;
    ModelConfig config;

private:
    /// hidden_size / num_attention_heads.
    int64_t headShare() const;
    void readMlpLayerTypes();
    void checkExperts(const char* countField);
};

/// rope_theta and rope_scaling, or rope_parameters as transformers 5 writes it.
core::Status parseRope(const nlohmann::json& json, ModelConfig& config);

}  // namespace hearth::engine
