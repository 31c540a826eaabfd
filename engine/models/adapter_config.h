// PEFT's adapter_config.json for LoRA.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"

namespace hearth::engine {

struct AdapterConfig {
    int64_t r = 0;
    double lora_alpha = 0.0;
    bool use_rslora = false;
    std::vector<std::string> target_modules;  // empty when given as a pattern
    bool partial = false;                     // some layers or modules are left out on purpose
    std::string base_model_name_or_path;

    /// alpha / r, or alpha / sqrt(r) with rslora.
    double scale() const;
    /// True when a module of this path is a target: its last component, or a longer suffix.
    bool targets(const std::string& module) const;
};

/// Errors: DataCorrupt; InvalidArgument naming the field; Unsupported for DoRA, biases,
/// per-module ranks, saved modules and transposed weights.
core::Result<AdapterConfig> parseAdapterConfig(const std::string& json);

}  // namespace hearth::engine
