// Every architecture Hearth can run: one line each in registry.cpp.
#pragma once
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "engine/models/model.h"
#include "engine/models/model_config.h"

namespace hearth::engine {

struct Architecture {
    const char* name;    // config.json's architectures[0]
    const char* golden;  // folder below tests/data/reference/models that proves it
    /// Fills in what config.json says of this architecture.
    core::Result<ModelConfig> (*parse)(const nlohmann::json& config);
    std::vector<TensorSpec> (*tensorSpecs)(const ModelConfig& config);
    /// REQUIRES: weights come from canonicalWeights.
    std::unique_ptr<Model> (*build)(Backend& backend, const ModelConfig& config,
                                    const WeightSource& weights, const ModelOptions& options);
};

std::span<const Architecture> architectures();

/// Errors: Unsupported, listing the known names.
core::Result<const Architecture*> findArchitecture(const std::string& name);

}  // namespace hearth::engine
