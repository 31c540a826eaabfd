// DeepSeek-V3: multi-head latent attention, sigmoid routing with a correction bias and groups,
// shared experts, yarn, multi-token-prediction layers. Source: arXiv 2412.19437, section 2.
#pragma once
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "engine/models/model.h"
#include "engine/models/model_config.h"

namespace hearth::engine::deepseek_v3 {

core::Result<ModelConfig> parse(const nlohmann::json& config);
std::vector<TensorSpec> tensorSpecs(const ModelConfig& config);
std::unique_ptr<Model> build(Backend& backend, const ModelConfig& config,
                             const WeightSource& weights, const ModelOptions& options);

}  // namespace hearth::engine::deepseek_v3
