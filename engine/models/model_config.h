// What a checkpoint's config.json says, and what its architecture makes of it. An
// architecture is data: serving and training both execute this description with shared ops.
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "engine/ops/op_params.h"

namespace hearth::engine {

/// config.json's rope_scaling of type yarn; the field names are the checkpoint's.
struct YarnScaling {
    double factor = 1.0;
    int64_t original_max_position_embeddings = 4096;
    double beta_fast = 32.0;
    double beta_slow = 1.0;
    double mscale = 0.0;          // 0: not given
    double mscale_all_dim = 0.0;  // 0: not given
    std::optional<double> attention_factor;
    bool truncate = true;
};

/// Fields keep the checkpoint's spelling, so that grep joins code to paper.
struct ModelConfig {
    std::string architecture;  // "DeepseekV3ForCausalLM"
    std::string model_type;
    int64_t vocab_size = 0;
    int64_t hidden_size = 0;
    int64_t intermediate_size = 0;
    int64_t moe_intermediate_size = 0;
    int64_t num_hidden_layers = 0;
    int64_t num_attention_heads = 0;
    int64_t n_shared_experts = 0;
    int64_t n_routed_experts = 0;
    int64_t num_experts_per_tok = 0;
    int64_t first_k_dense_replace = 0;
    int64_t moe_layer_freq = 1;
    int64_t kv_lora_rank = 0;
    int64_t q_lora_rank = 0;  // 0: null in the config, q_proj instead of q_a/q_b
    int64_t qk_nope_head_dim = 0;
    int64_t qk_rope_head_dim = 0;
    int64_t v_head_dim = 0;
    int64_t n_group = 1;
    int64_t topk_group = 1;
    bool norm_topk_prob = true;
    double routed_scaling_factor = 1.0;
    RouterScoring scoring_func = RouterScoring::Sigmoid;
    double rms_norm_eps = 1e-6;
    double rope_theta = 10000.0;
    bool rope_interleave = true;
    std::optional<YarnScaling> rope_scaling;
    int64_t max_position_embeddings = 0;
    int64_t num_nextn_predict_layers = 0;
    bool tie_word_embeddings = false;
    std::vector<int32_t> eos_token_ids;
    int32_t bos_token_id = -1;
    int32_t pad_token_id = -1;

    int64_t qkHeadDim() const { return qk_nope_head_dim + qk_rope_head_dim; }
    /// Width of one cached token: latent plus the shared rope key.
    int64_t cacheWidth() const { return kv_lora_rank + qk_rope_head_dim; }
    bool isMoeLayer(int64_t layer) const {
        return n_routed_experts > 0 && layer >= first_k_dense_replace &&
               layer % moe_layer_freq == 0;
    }
    /// (nope + rope)^-0.5, times yarn's squared mscale when mscale_all_dim is given.
    double softmaxScale() const;
};

/// q_a_layernorm and kv_a_layernorm use this whatever rms_norm_eps says.
inline constexpr float kMlaNormEps = 1e-6f;

/// One tensor that a checkpoint must hold.
struct TensorSpec {
    std::string name;  // Hugging Face name
    std::vector<int64_t> shape;
    bool optional = false;  // MTP layers may leave out their copies of embedding and head
};

/// Reads DIR/config.json, and DIR/generation_config.json's end tokens when it exists. Errors:
/// NotFound; DataCorrupt; InvalidArgument naming the field; Unsupported naming the architecture and
/// listing the known ones.
core::Result<ModelConfig> readModelConfig(const std::filesystem::path& modelDirectory);
core::Result<ModelConfig> parseModelConfig(const std::string& json);
/// config.json text for a model Hearth trained; parseModelConfig reads it back.
std::string writeModelConfig(const ModelConfig& config);

/// Every tensor of the architecture in canonical order, MTP layers included. Expert weights
/// are listed one by one (model.layers.N.mlp.experts.E.gate_proj.weight, ...), as on disk.
std::vector<TensorSpec> tensorSpecs(const ModelConfig& config);

/// cos and sin by position and frequency: [positions * qk_rope_head_dim/2] each, attention
/// factor included. positions <= max_position_embeddings. Source: RoPE, YaRN (section 3).
struct RopeTable {
    std::vector<float> cos;
    std::vector<float> sin;
};
RopeTable ropeTable(const ModelConfig& config, int64_t positions);

}  // namespace hearth::engine
