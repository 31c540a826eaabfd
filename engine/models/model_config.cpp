#include "engine/models/model_config.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "engine/models/config_reader.h"
#include "engine/models/registry.h"

namespace hearth::engine {
namespace {

using core::Error;
using core::ErrorCode;

constexpr uintmax_t kMaxConfigBytes = 1 << 20;

core::Result<std::string> readText(const std::filesystem::path& file) {
    std::error_code failure;
    const auto size = std::filesystem::file_size(file, failure);
    if (failure)
        return Error{ErrorCode::NotFound, "Not a model directory: config file missing",
                     file.string()};
    if (size > kMaxConfigBytes)
        return Error{ErrorCode::DataCorrupt, "The config file is larger than 1 MB", file.string()};
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

Error withContext(Error error, const std::filesystem::path& file) {
    error.context = file.string();
    return error;
}

core::Result<std::string> architectureName(const nlohmann::json& json) {
    const auto found = json.find("architectures");
    if (found == json.end() || !found->is_array() || found->size() != 1 ||
        !found->front().is_string())
        return Error{ErrorCode::InvalidArgument,
                     "config.json: architectures must be a list of one name", ""};
    return found->front().get<std::string>();
}

core::Status checkTokens(const ModelConfig& config) {
    for (const int32_t id : config.eos_token_ids) {
        if (id >= config.vocab_size)
            return Error{ErrorCode::InvalidArgument,
                         "config.json: eos_token_id " + std::to_string(id) +
                             " is outside the vocabulary of " + std::to_string(config.vocab_size),
                         ""};
    }
    return {};
}

/// Real checkpoints list chat-turn terminators only in generation_config.json.
core::Status addGenerationEos(const std::string& text, ModelConfig& config) {
    CORE_ASSIGN(const nlohmann::json json, parseConfigObject(text, "generation_config.json"));
    ConfigReader reader(json, "", "generation_config.json");
    for (const int32_t id : reader.tokenIds("eos_token_id")) {
        auto& ids = config.eos_token_ids;
        if (std::find(ids.begin(), ids.end(), id) == ids.end())
            ids.push_back(id);
    }
    CORE_TRY(reader.status());
    return checkTokens(config);
}

nlohmann::ordered_json yarnJson(const RopeScaling& yarn) {
    nlohmann::ordered_json json = {
        {"type", "yarn"},
        {"factor", yarn.factor},
        {"original_max_position_embeddings", yarn.original_max_position_embeddings},
        {"beta_fast", yarn.beta_fast},
        {"beta_slow", yarn.beta_slow}};
    if (yarn.mscale != 0.0)
        json["mscale"] = yarn.mscale;
    if (yarn.mscale_all_dim != 0.0)
        json["mscale_all_dim"] = yarn.mscale_all_dim;
    if (yarn.attention_factor)
        json["attention_factor"] = *yarn.attention_factor;
    if (!yarn.truncate)
        json["truncate"] = false;
    return json;
}

template <typename Id>
nlohmann::ordered_json tokenOrNull(Id id) {
    return id < 0 ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(id);
}

}  // namespace

core::Result<ModelConfig> parseModelConfig(const std::string& text) {
    CORE_ASSIGN(const nlohmann::json json, parseConfigObject(text, "config.json"));
    CORE_ASSIGN(const std::string name, architectureName(json));
    CORE_ASSIGN(const Architecture* architecture, findArchitecture(name));
    CORE_ASSIGN(ModelConfig config, architecture->parse(json));
    CORE_TRY(checkTokens(config));
    return config;
}

core::Result<ModelConfig> parseModelConfig(const std::string& text, const std::string& generation) {
    CORE_ASSIGN(ModelConfig config, parseModelConfig(text));
    if (!generation.empty()) {
        CORE_TRY(addGenerationEos(generation, config));
    }
    return config;
}

core::Result<ModelConfig> readModelConfig(const std::filesystem::path& directory) {
    const auto file = directory / "config.json";
    CORE_ASSIGN(const std::string text, readText(file));
    auto config = parseModelConfig(text);
    if (!config)
        return withContext(config.error(), file);
    const auto generation = directory / "generation_config.json";
    if (!std::filesystem::exists(generation))
        return config;
    CORE_ASSIGN(const std::string generationText, readText(generation));
    if (const auto added = addGenerationEos(generationText, *config); !added)
        return withContext(added.error(), generation);
    return config;
}

std::string writeModelConfig(const ModelConfig& c) {
    nlohmann::ordered_json json = {
        {"architectures", nlohmann::ordered_json::array({c.architecture})},
        {"model_type", c.model_type},
        {"vocab_size", c.vocab_size},
        {"hidden_size", c.hidden_size},
        {"intermediate_size", c.intermediate_size},
        {"moe_intermediate_size", c.moe_intermediate_size},
        {"num_hidden_layers", c.num_hidden_layers},
        {"num_attention_heads", c.num_attention_heads},
        {"num_key_value_heads", c.num_attention_heads},
        {"n_shared_experts", c.n_shared_experts},
        {"n_routed_experts", c.n_routed_experts},
        {"routed_scaling_factor", c.routed_scaling_factor},
        {"kv_lora_rank", c.kv_lora_rank},
        {"q_lora_rank", tokenOrNull(c.q_lora_rank == 0 ? -1 : c.q_lora_rank)},
        {"qk_rope_head_dim", c.qk_rope_head_dim},
        {"v_head_dim", c.v_head_dim},
        {"qk_nope_head_dim", c.qk_nope_head_dim},
        {"topk_method", "noaux_tc"},
        {"n_group", c.n_group},
        {"topk_group", c.topk_group},
        {"num_experts_per_tok", c.num_experts_per_tok},
        {"moe_layer_freq", c.moe_layer_freq},
        {"first_k_dense_replace", c.first_k_dense_replace},
        {"norm_topk_prob", c.norm_topk_prob},
        {"scoring_func", "sigmoid"},
        {"max_position_embeddings", c.max_position_embeddings},
        {"rms_norm_eps", c.rms_norm_eps},
        {"tie_word_embeddings", c.tie_word_embeddings},
        {"rope_theta", c.rope_theta},
        {"rope_interleave", c.rope_interleave},
        {"rope_scaling", nullptr},
        {"attention_bias", false},
        {"num_nextn_predict_layers", c.num_nextn_predict_layers},
        {"bos_token_id", tokenOrNull(c.bos_token_id)},
        {"eos_token_id", c.eos_token_ids},
        {"pad_token_id", tokenOrNull(c.pad_token_id)},
        {"hidden_act", "silu"},
        {"torch_dtype", "bfloat16"}};
    if (c.rope_scaling)
        json["rope_scaling"] = yarnJson(*c.rope_scaling);
    return json.dump(2) + "\n";
}

bool ModelConfig::isMoeLayer(int64_t layer) const {
    return n_routed_experts > 0 && layer >= first_k_dense_replace &&
           layer % moe_layer_freq == moe_layer_phase &&
           !std::ranges::binary_search(mlp_only_layers, int32_t(layer));
}

bool ModelConfig::isSlidingLayer(int64_t layer) const {
    return sliding_window > 0 && std::ranges::binary_search(sliding_layers, int32_t(layer));
}

}  // namespace hearth::engine
