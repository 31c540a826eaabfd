#include "engine/models/config_parts.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace hearth::engine {
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

int32_t singleToken(ConfigReader& reader, const char* field) {
    const auto ids = reader.tokenIds(field);
    return ids.empty() ? -1 : ids.front();
}

/// The formats that Hearth decodes; tensors themselves say which they use.
void checkQuantization(const nlohmann::json& json, ConfigReader& reader) {
    if (!reader.has("quantization_config"))
        return;
    const nlohmann::json& object = json.at("quantization_config");
    if (!object.is_object())
        return reader.fail("quantization_config", "must be an object or null");
    const std::string method = object.value("quant_method", nlohmann::json("")).dump();
    if (method == "\"mxfp4\"")
        return;
    const bool blocks =
        object.value("weight_block_size", nlohmann::json()) == nlohmann::json::array({128, 128});
    if (method != "\"fp8\"" || !blocks)
        reader.fail("quantization_config",
                    "must be fp8 with weight_block_size [128, 128], or mxfp4; import an "
                    "unquantised checkpoint instead",
                    core::ErrorCode::Unsupported);
}

}  // namespace

ConfigDraft::ConfigDraft(const nlohmann::json& object, const char* architecture)
    : json(object), reader(object) {
    config.architecture = architecture;
    config.model_type = reader.text("model_type", "");
    config.vocab_size = reader.integer("vocab_size", 1, 1 << 24);
    config.hidden_size = reader.integer("hidden_size", 1, kMaxWidth);
    config.intermediate_size = reader.integer("intermediate_size", 1, kMaxWidth);
    config.num_hidden_layers = reader.integer("num_hidden_layers", 1, kMaxLayers);
    config.num_attention_heads = reader.integer("num_attention_heads", 1, kMaxHeads);
    config.max_position_embeddings = reader.integer("max_position_embeddings", 1, kMaxPositions);
    config.rms_norm_eps = reader.number("rms_norm_eps", 0.0, 1.0, 1e-6);
    config.tie_word_embeddings = reader.flag("tie_word_embeddings", false);
    reader.requireText("hidden_act", "silu");
    checkQuantization(json, reader);
    config.eos_token_ids = reader.tokenIds("eos_token_id");
    config.bos_token_id = singleToken(reader, "bos_token_id");
    config.pad_token_id = singleToken(reader, "pad_token_id");
}

void ConfigDraft::readLatentAttention(bool shareOfHidden) {
    config.attention = AttentionKind::Latent;
    config.kv_lora_rank = reader.integer("kv_lora_rank", 1, kMaxWidth);
    config.q_lora_rank = reader.integer("q_lora_rank", 1, kMaxWidth, 0);
    config.qk_nope_head_dim = reader.integer("qk_nope_head_dim", 1, kMaxHeadDim);
    config.qk_rope_head_dim = reader.integer("qk_rope_head_dim", 2, kMaxHeadDim);
    config.v_head_dim = shareOfHidden && !reader.has("v_head_dim")
                            ? headShare()
                            : reader.integer("v_head_dim", 1, kMaxHeadDim);
    config.rope_interleave = reader.flag("rope_interleave", true);
    if (config.qk_rope_head_dim % 2 != 0)
        reader.fail("qk_rope_head_dim", "must be even");
    if (reader.integer("num_key_value_heads", 1, kMaxHeads, config.num_attention_heads) !=
        config.num_attention_heads)
        reader.fail("num_key_value_heads", "must equal num_attention_heads");
    if (reader.flag("attention_bias", false))
        reader.fail("attention_bias", "must be false", core::ErrorCode::Unsupported);
}

int64_t ConfigDraft::headShare() const {
    return std::max<int64_t>(1, config.hidden_size / config.num_attention_heads);
}

void ConfigDraft::readGroupedAttention(bool biasOnOutput) {
    config.attention = AttentionKind::Grouped;
    config.rope_interleave = false;
    config.score_correction_bias = false;
    config.num_key_value_heads =
        reader.integer("num_key_value_heads", 1, kMaxHeads, config.num_attention_heads);
    config.head_dim = reader.integer("head_dim", 1, kMaxHeadDim, headShare());
    config.rotary_dim = config.head_dim;
    config.qkv_bias = reader.flag("attention_bias", false);
    config.o_bias = config.qkv_bias && biasOnOutput;
    if (config.num_attention_heads % config.num_key_value_heads != 0)
        reader.fail("num_key_value_heads", "must divide num_attention_heads");
    if (config.head_dim % 2 != 0)
        reader.fail("head_dim", "must be even");
}

void ConfigDraft::readPartialRotary(double absent) {
    double factor = reader.number("partial_rotary_factor", 0.0, 1.0, absent);
    if (const auto rope = json.find("rope_parameters"); rope != json.end() && rope->is_object()) {
        ConfigReader nested(*rope, "rope_parameters.");
        factor = nested.number("partial_rotary_factor", 0.0, 1.0, factor);
        if (const auto status = nested.status(); !status)
            return reader.fail("rope_parameters", "has no valid partial_rotary_factor");
    }
    config.rotary_dim = int64_t(double(config.head_dim) * factor);
    if (config.rotary_dim < 2 || config.rotary_dim % 2 != 0)
        reader.fail("partial_rotary_factor", "must leave an even number of a head's elements");
}

void ConfigDraft::readSlidingWindow(int64_t firstLayer) {
    config.sliding_window = reader.integer("sliding_window", 1, kMaxPositions, 0);
    if (config.sliding_window == 0)
        return;
    const auto types = json.find("layer_types");
    const bool listed = types != json.end() && !types->is_null();
    if (listed && (!types->is_array() || int64_t(types->size()) != config.num_hidden_layers))
        return reader.fail("layer_types", "must name a type for each layer");
    for (int64_t layer = 0; layer < config.num_hidden_layers; ++layer) {
        bool sliding = layer >= firstLayer;
        if (listed) {
            const nlohmann::json& type = types->at(size_t(layer));
            sliding = type == "sliding_attention";
            if (!sliding && type != "full_attention")
                return reader.fail("layer_types", "must be sliding_attention or full_attention",
                                   core::ErrorCode::Unsupported);
        }
        if (sliding)
            config.sliding_layers.push_back(int32_t(layer));
    }
}

void ConfigDraft::readDeepseekExperts() {
    config.n_routed_experts = reader.integer("n_routed_experts", 0, kMaxExperts, 0);
    config.num_nextn_predict_layers = reader.integer("num_nextn_predict_layers", 0, 16, 0);
    if (config.n_routed_experts == 0)
        return;
    config.moe_intermediate_size = reader.integer("moe_intermediate_size", 1, kMaxWidth);
    config.n_shared_experts = reader.integer("n_shared_experts", 0, 64, 0);
    config.num_experts_per_tok = reader.integer("num_experts_per_tok", 1, kMaxExperts);
    config.first_k_dense_replace =
        reader.integer("first_k_dense_replace", 0, config.num_hidden_layers, 0);
    readMlpLayerTypes();
    config.moe_layer_freq = reader.integer("moe_layer_freq", 1, kMaxLayers, 1);
    config.n_group = reader.integer("n_group", 1, kMaxExperts, 1);
    config.topk_group = reader.integer("topk_group", 1, kMaxExperts, 1);
    config.norm_topk_prob = reader.flag("norm_topk_prob", true);
    config.routed_scaling_factor = reader.number("routed_scaling_factor", 1e-6, 1e6, 1.0);
    checkExperts("n_routed_experts");
}

void ConfigDraft::readMlpLayerTypes() {
    const auto types = json.find("mlp_layer_types");
    if (types == json.end() || types->is_null())
        return;
    if (!types->is_array() || int64_t(types->size()) != config.num_hidden_layers)
        return reader.fail("mlp_layer_types", "must name a type for each layer");
    config.first_k_dense_replace = 0;
    for (int64_t layer = 0; layer < config.num_hidden_layers; ++layer) {
        const nlohmann::json& type = types->at(size_t(layer));
        if (type == "dense")
            config.mlp_only_layers.push_back(int32_t(layer));
        else if (type != "sparse")
            return reader.fail("mlp_layer_types", "must be dense or sparse",
                               core::ErrorCode::Unsupported);
    }
}

void ConfigDraft::readExperts(const char* countField, const char* widthField) {
    config.n_routed_experts = reader.integer(countField, 1, kMaxExperts);
    config.num_experts_per_tok = reader.integer("num_experts_per_tok", 1, kMaxExperts);
    config.moe_intermediate_size = reader.integer(widthField, 1, kMaxWidth);
    config.scoring_func = RouterScoring::SoftmaxOfChosen;
    config.norm_topk_prob = false;
    checkExperts(countField);
}

void ConfigDraft::checkExperts(const char* countField) {
    if (config.n_routed_experts * config.num_hidden_layers > kMaxExpertsInAll)
        return reader.fail(countField, "times num_hidden_layers exceeds 262144");
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

void ConfigDraft::readMultipliers() {
    config.embedding_multiplier = reader.number("embedding_multiplier", 1e-6, 1e6, 1.0);
    config.residual_multiplier = reader.number("residual_multiplier", 1e-6, 1e6, 1.0);
    config.attention_multiplier = reader.number("attention_multiplier", 1e-6, 1e6, 1.0);
    config.logits_multiplier = 1.0 / reader.number("logits_scaling", 1e-6, 1e6, 1.0);
}

core::Result<ModelConfig> ConfigDraft::finish() {
    CORE_TRY(reader.status());
    CORE_TRY(parseRope(json, config));
    return config;
}

}  // namespace hearth::engine
