// PEFT's adapter_config.json for LoRA.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/result.h"

namespace hearth::engine {

struct AdapterConfig {
    int64_t r = 0;
    double lora_alpha = 0.0;
    bool use_rslora = false;
    bool use_dora = false;
    std::vector<std::string> target_modules;     // empty when given as a pattern
    std::vector<std::string> target_parameters;  // fused experts
    bool partial = false;                        // some layers or modules are left out on purpose
    std::string base_model_name_or_path;
    // Exceptions for modules whose path ends with the first.
    std::vector<std::pair<std::string, int64_t>> rank_pattern;
    std::vector<std::pair<std::string, double>> alpha_pattern;

    /// Of a module by its full path.
    int64_t rankOf(const std::string& module) const;
    /// alpha / r, or alpha / sqrt(r) with rslora.
    double scaleOf(const std::string& module) const;
    /// True when a module of this path is a target: its last component, or a longer suffix.
    bool targets(const std::string& module) const;
    /// The same of a parameter ("model.layers.1.mlp.experts.gate_up_proj").
    bool targetsParameter(const std::string& parameter) const;
};

/// Errors: DataCorrupt; InvalidArgument naming the field; Unsupported for biases, saved
/// modules, transposed weights, parameters other than experts', and patterns that are not a
/// name or its end.
core::Result<AdapterConfig> parseAdapterConfig(const std::string& json);

}  // namespace hearth::engine
