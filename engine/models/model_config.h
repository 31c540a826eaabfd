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

enum class AttentionKind : uint8_t {
    Latent,   // MLA: one latent row and one rope key a token
    Grouped,  // keys and values of num_key_value_heads heads (MHA and MQA included)
};

/// What is normalised of queries and keys before they are rotated (Grouped attention).
enum class QkNorm : uint8_t { None, PerHead, WholeProjection };

/// config.json's rope_scaling; the field names are the checkpoint's.
struct RopeScaling {
    enum class Type : uint8_t { Linear, Yarn, Llama3, Longrope };
    Type type = Type::Yarn;
    double factor = 1.0;
    int64_t original_max_position_embeddings = 4096;
    // yarn
    double beta_fast = 32.0;
    double beta_slow = 1.0;
    double mscale = 0.0;                     // 0: not given
    double mscale_all_dim = 0.0;             // 0: not given
    std::optional<double> attention_factor;  // longrope too
    bool truncate = true;
    // llama3
    double low_freq_factor = 1.0;
    double high_freq_factor = 4.0;
    // longrope: [rope pairs]; the long ones serve sequences longer than the original context
    std::vector<double> short_factor;
    std::vector<double> long_factor;
};

/// What a checkpoint's config says, in one description that every architecture fills in. Fields
/// keep the spelling of the family that introduced them (DeepSeek for MLA and experts), so that
/// grep joins code to paper.
struct ModelConfig {
    std::string architecture;  // "DeepseekV3ForCausalLM"
    std::string model_type;
    int64_t vocab_size = 0;
    int64_t hidden_size = 0;
    int64_t intermediate_size = 0;
    int64_t moe_intermediate_size = 0;
    int64_t num_hidden_layers = 0;
    int64_t num_attention_heads = 0;

    AttentionKind attention = AttentionKind::Latent;
    // Latent
    int64_t kv_lora_rank = 0;
    int64_t q_lora_rank = 0;  // 0: null in the config, q_proj instead of q_a/q_b
    int64_t qk_nope_head_dim = 0;
    int64_t qk_rope_head_dim = 0;
    int64_t v_head_dim = 0;
    // DeepSeek-V3.2's choice of keys; 0: every key is attended to
    int64_t index_topk = 0;
    int64_t index_head_dim = 0;
    int64_t index_n_heads = 0;
    // Grouped
    int64_t num_key_value_heads = 0;
    int64_t head_dim = 0;
    int64_t rotary_dim = 0;  // head_dim * partial_rotary_factor; leads the head
    QkNorm qk_norm = QkNorm::None;
    bool qkv_bias = false;
    bool o_bias = false;
    bool attention_sinks = false;
    int64_t sliding_window = 0;           // keys that a query of a sliding layer sees, 0: all
    std::vector<int32_t> sliding_layers;  // sorted; those that use sliding_window
    double attention_multiplier = 0.0;    // the softmax scale; 0: from the head's width

    bool mlp_bias = false;      // dense feed-forward
    bool expert_bias = false;   // routed experts
    bool router_bias = false;   // added to the router's logits
    double swiglu_limit = 0.0;  // gpt-oss's clamped activation; 0: SwiGLU

    int64_t n_shared_experts = 0;
    int64_t shared_intermediate_size = 0;  // where the config gives it instead of a number
    int64_t n_routed_experts = 0;
    int64_t num_experts_per_tok = 0;
    int64_t first_k_dense_replace = 0;
    int64_t moe_layer_freq = 1;
    int64_t moe_layer_phase = 0;           // layers with layer % freq == phase are MoE
    std::vector<int32_t> mlp_only_layers;  // sorted; dense whatever the rest says
    int64_t n_group = 1;
    int64_t topk_group = 1;
    bool norm_topk_prob = true;
    double routed_scaling_factor = 1.0;
    RouterScoring scoring_func = RouterScoring::Sigmoid;
    GroupScoring group_scoring = GroupScoring::TopTwoSum;
    bool score_correction_bias = true;  // e_score_correction_bias exists

    double rms_norm_eps = 1e-6;
    double embedding_multiplier = 1.0;
    double residual_multiplier = 1.0;
    double logits_multiplier = 1.0;  // on the hidden state before the head
    double rope_theta = 10000.0;
    bool rope_interleave = true;
    std::optional<RopeScaling> rope_scaling;
    int64_t max_position_embeddings = 0;
    int64_t num_nextn_predict_layers = 0;
    bool tie_word_embeddings = false;
    std::vector<int32_t> eos_token_ids;
    int32_t bos_token_id = -1;
    int32_t pad_token_id = -1;

    /// Inner width of the shared experts together; 0: there are none.
    int64_t sharedWidth() const {
        return shared_intermediate_size > 0 ? shared_intermediate_size
                                            : n_shared_experts * moe_intermediate_size;
    }
    bool latent() const { return attention == AttentionKind::Latent; }
    bool sparse() const { return index_topk > 0; }
    /// Width of a head's queries and keys, and of its values.
    int64_t qkHeadDim() const { return latent() ? qk_nope_head_dim + qk_rope_head_dim : head_dim; }
    int64_t vHeadDim() const { return latent() ? v_head_dim : head_dim; }
    /// Elements of a head that rotate.
    int64_t ropeDim() const { return latent() ? qk_rope_head_dim : rotary_dim; }
    /// One cached token of a layer: latent | rope key | index key, or keys | values.
    int64_t cacheWidth() const {
        return latent() ? kv_lora_rank + qk_rope_head_dim + (sparse() ? index_head_dim : 0)
                        : 2 * num_key_value_heads * head_dim;
    }
    /// Longrope, and a sequence of so many tokens is longer than the original context.
    bool needsLongRope(int64_t tokens) const {
        return rope_scaling && rope_scaling->type == RopeScaling::Type::Longrope &&
               tokens > rope_scaling->original_max_position_embeddings;
    }
    bool isMoeLayer(int64_t layer) const;
    bool isSlidingLayer(int64_t layer) const;
    /// (query width)^-0.5, times yarn's squared mscale when mscale_all_dim is given; or
    /// attention_multiplier.
    double softmaxScale() const;
};

/// q_a_layernorm and kv_a_layernorm use this whatever rms_norm_eps says.
inline constexpr float kMlaNormEps = 1e-6f;

/// One tensor that a checkpoint must hold.
struct TensorSpec {
    std::string name;
    std::vector<int64_t> shape;
    bool optional = false;  // MTP layers may leave out their copies of embedding and head
};

/// Reads DIR/config.json, and DIR/generation_config.json's end tokens when it exists. Errors:
/// NotFound; DataCorrupt; InvalidArgument naming the field; Unsupported naming the architecture and
/// listing the known ones.
core::Result<ModelConfig> readModelConfig(const std::filesystem::path& modelDirectory);
core::Result<ModelConfig> parseModelConfig(const std::string& json);
/// The same, with the end tokens of generation_config.json's text; empty: there is none.
core::Result<ModelConfig> parseModelConfig(const std::string& json, const std::string& generation);
/// config.json text that parseModelConfig reads back. REQUIRES: a DeepseekV3ForCausalLM, the
/// architecture that Hearth trains from nothing.
std::string writeModelConfig(const ModelConfig& config);

/// Every tensor of the model in canonical order and canonical names, MTP layers included. Names
/// are DeepSeek's whatever the family calls them (model.layers.N.mlp.experts.E.gate_proj.weight);
/// engine/models/canonical_weights.h finds them in a checkpoint.
std::vector<TensorSpec> tensorSpecs(const ModelConfig& config);

/// cos and sin by row and frequency: [rows * ropeDim/2] each, attention factor included. Row p
/// is position p < positions; longrope has `positions` more rows after them, with the long
/// factors. positions <= max_position_embeddings. Source: RoPE, YaRN (section 3), LongRoPE.
struct RopeTable {
    std::vector<float> cos;
    std::vector<float> sin;
    int64_t rows = 0;
};
RopeTable ropeTable(const ModelConfig& config, int64_t positions);

}  // namespace hearth::engine
