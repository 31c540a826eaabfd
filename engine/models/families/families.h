// How each architecture's config.json describes a model; engine/models/registry.cpp lists them.
#pragma once
#include <nlohmann/json_fwd.hpp>

#include "core/result.h"
#include "engine/models/model_config.h"

namespace hearth::engine::families {

core::Result<ModelConfig> deepseekV2(const nlohmann::json& config);
core::Result<ModelConfig> deepseekV3(const nlohmann::json& config);
core::Result<ModelConfig> deepseekV32(const nlohmann::json& config);
core::Result<ModelConfig> glm4Moe(const nlohmann::json& config);
core::Result<ModelConfig> glm4MoeLite(const nlohmann::json& config);
core::Result<ModelConfig> gptOss(const nlohmann::json& config);
core::Result<ModelConfig> granite(const nlohmann::json& config);
core::Result<ModelConfig> graniteMoe(const nlohmann::json& config);
core::Result<ModelConfig> graniteMoeShared(const nlohmann::json& config);
core::Result<ModelConfig> llama(const nlohmann::json& config);
core::Result<ModelConfig> miniCpm3(const nlohmann::json& config);
core::Result<ModelConfig> mistral(const nlohmann::json& config);
core::Result<ModelConfig> mixtral(const nlohmann::json& config);
core::Result<ModelConfig> olmoe(const nlohmann::json& config);
core::Result<ModelConfig> qwen2(const nlohmann::json& config);
core::Result<ModelConfig> qwen3(const nlohmann::json& config);
core::Result<ModelConfig> qwen3Moe(const nlohmann::json& config);

}  // namespace hearth::engine::families
