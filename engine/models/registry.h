// Every architecture Hearth can run: one line each in registry.cpp.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>

#include "core/result.h"
#include "engine/models/model_config.h"

namespace hearth::engine {

/// All of them are executed by DecoderModel; what differs is in the ModelConfig.
struct Architecture {
    const char* name;    // config.json's architectures[0]
    const char* golden;  // folder of reference data that proves it; null: tests/support computes it
    /// Fills in what config.json says of this architecture.
    core::Result<ModelConfig> (*parse)(const nlohmann::json& config);
};

std::span<const Architecture> architectures();

/// Errors: Unsupported, listing the known names.
core::Result<const Architecture*> findArchitecture(const std::string& name);

}  // namespace hearth::engine
