#include <nlohmann/json.hpp>

#include "engine/models/config_reader.h"
#include "engine/models/deepseek_v3.h"

namespace hearth::engine::deepseek_v3 {
namespace {

// Far above every published model, and small enough that no product of two of them, times a
// dtype size, leaves 64 bits.
constexpr int64_t kMaxWidth = 1 << 20;
constexpr int64_t kMaxHeads = 1 << 12;
constexpr int64_t kMaxHeadDim = 1 << 13;
constexpr int64_t kMaxLayers = 1 << 10;
constexpr int64_t kMaxExperts = 1 << 13;
constexpr int64_t kMaxPositions = 1 << 24;
constexpr int64_t kMaxExpertsInAll = 1 << 18;  // bounds the list of tensor names

core::Result<RopeScaling> parseYarn(const nlohmann::json& object) {
    ConfigReader reader(object, "rope_scaling.");
    RopeScaling yarn;
    yarn.factor = reader.number("factor", 1.0, 1e6);
    yarn.original_max_position_embeddings =
        reader.integer("original_max_position_embeddings", 1, kMaxPositions);
    yarn.beta_fast = reader.number("beta_fast", 1e-6, 1e6, yarn.beta_fast);
    yarn.beta_slow = reader.number("beta_slow", 1e-6, 1e6, yarn.beta_slow);
    yarn.mscale = reader.number("mscale", 0.0, 100.0, 0.0);
    yarn.mscale_all_dim = reader.number("mscale_all_dim", 0.0, 100.0, 0.0);
    if (reader.has("attention_factor"))
        yarn.attention_factor = reader.number("attention_factor", 1e-6, 1e6);
    yarn.truncate = reader.flag("truncate", true);
    CORE_TRY(reader.status());
    return yarn;
}

/// rope_scaling, or rope_parameters as transformers 5 writes it (with rope_theta inside).
core::Status parseRope(const nlohmann::json& json, ModelConfig& config) {
    ConfigReader reader(json);
    config.rope_theta = reader.number("rope_theta", 1.0, 1e12, 10000.0);
    config.rope_interleave = reader.flag("rope_interleave", true);
    CORE_TRY(reader.status());
    const char* field = reader.has("rope_scaling") ? "rope_scaling" : "rope_parameters";
    if (!reader.has(field))
        return {};
    const nlohmann::json& object = json.at(field);
    if (!object.is_object()) {
        reader.fail(field, "must be an object or null");
        return reader.status();
    }
    ConfigReader scaling(object, std::string(field) + ".");
    config.rope_theta = scaling.number("rope_theta", 1.0, 1e12, config.rope_theta);
    const std::string type = scaling.text("rope_type", scaling.text("type", "default"));
    if (type != "yarn" && type != "default")
        scaling.fail("type", "must be yarn or default", core::ErrorCode::Unsupported);
    CORE_TRY(scaling.status());
    if (type == "yarn") {
        CORE_ASSIGN(config.rope_scaling, parseYarn(object));
    }
    return {};
}

void parseAttention(ConfigReader& reader, ModelConfig& config) {
    config.num_attention_heads = reader.integer("num_attention_heads", 1, kMaxHeads);
    config.kv_lora_rank = reader.integer("kv_lora_rank", 1, kMaxWidth);
    config.q_lora_rank = reader.integer("q_lora_rank", 1, kMaxWidth, 0);
    config.qk_nope_head_dim = reader.integer("qk_nope_head_dim", 1, kMaxHeadDim);
    config.qk_rope_head_dim = reader.integer("qk_rope_head_dim", 2, kMaxHeadDim);
    config.v_head_dim = reader.integer("v_head_dim", 1, kMaxHeadDim);
    if (config.qk_rope_head_dim % 2 != 0)
        reader.fail("qk_rope_head_dim", "must be even");
    if (reader.integer("num_key_value_heads", 1, kMaxHeads, config.num_attention_heads) !=
        config.num_attention_heads)
        reader.fail("num_key_value_heads", "must equal num_attention_heads");
    if (reader.flag("attention_bias", false))
        reader.fail("attention_bias", "must be false", core::ErrorCode::Unsupported);
}

void checkRouting(ConfigReader& reader, const ModelConfig& config) {
    if (config.n_routed_experts * config.num_hidden_layers > kMaxExpertsInAll)
        return reader.fail("n_routed_experts", "times num_hidden_layers exceeds 262144");
    if (config.n_routed_experts % config.n_group != 0)
        return reader.fail("n_group", "must divide n_routed_experts");
    const int64_t groupSize = config.n_routed_experts / config.n_group;
    if (config.n_group > 1 && groupSize < 2)
        return reader.fail("n_group", "leaves groups of fewer than two experts");
    if (config.topk_group > config.n_group)
        return reader.fail("topk_group", "must not exceed n_group");
    if (config.num_experts_per_tok > config.topk_group * groupSize)
        reader.fail("num_experts_per_tok", "exceeds the experts of topk_group groups");
}

void parseExperts(ConfigReader& reader, ModelConfig& config) {
    config.n_routed_experts = reader.integer("n_routed_experts", 0, kMaxExperts, 0);
    if (config.n_routed_experts == 0)
        return;
    config.moe_intermediate_size = reader.integer("moe_intermediate_size", 1, kMaxWidth);
    config.n_shared_experts = reader.integer("n_shared_experts", 0, 64, 0);
    config.num_experts_per_tok = reader.integer("num_experts_per_tok", 1, kMaxExperts);
    config.first_k_dense_replace =
        reader.integer("first_k_dense_replace", 0, config.num_hidden_layers, 0);
    config.moe_layer_freq = reader.integer("moe_layer_freq", 1, kMaxLayers, 1);
    config.n_group = reader.integer("n_group", 1, kMaxExperts, 1);
    config.topk_group = reader.integer("topk_group", 1, kMaxExperts, 1);
    config.norm_topk_prob = reader.flag("norm_topk_prob", true);
    config.routed_scaling_factor = reader.number("routed_scaling_factor", 1e-6, 1e6, 1.0);
    reader.requireText("scoring_func", "sigmoid");
    reader.requireText("topk_method", "noaux_tc");
    checkRouting(reader, config);
}

int32_t singleToken(ConfigReader& reader, const char* field) {
    const auto ids = reader.tokenIds(field);
    return ids.empty() ? -1 : ids.front();
}

}  // namespace

core::Result<ModelConfig> parse(const nlohmann::json& json) {
    ConfigReader reader(json);
    ModelConfig config;
    config.architecture = "DeepseekV3ForCausalLM";
    config.model_type = reader.text("model_type", "deepseek_v3");
    config.vocab_size = reader.integer("vocab_size", 1, 1 << 24);
    config.hidden_size = reader.integer("hidden_size", 1, kMaxWidth);
    config.intermediate_size = reader.integer("intermediate_size", 1, kMaxWidth);
    config.num_hidden_layers = reader.integer("num_hidden_layers", 1, kMaxLayers);
    config.max_position_embeddings = reader.integer("max_position_embeddings", 1, kMaxPositions);
    config.num_nextn_predict_layers = reader.integer("num_nextn_predict_layers", 0, 16, 0);
    config.rms_norm_eps = reader.number("rms_norm_eps", 0.0, 1.0, 1e-6);
    config.tie_word_embeddings = reader.flag("tie_word_embeddings", false);
    reader.requireText("hidden_act", "silu");
    if (reader.has("quantization_config"))
        reader.fail("quantization_config", "is set: quantised checkpoints are not supported",
                    core::ErrorCode::Unsupported);
    parseAttention(reader, config);
    parseExperts(reader, config);
    config.eos_token_ids = reader.tokenIds("eos_token_id");
    config.bos_token_id = singleToken(reader, "bos_token_id");
    config.pad_token_id = singleToken(reader, "pad_token_id");
    CORE_TRY(reader.status());
    CORE_TRY(parseRope(json, config));
    return config;
}

}  // namespace hearth::engine::deepseek_v3
