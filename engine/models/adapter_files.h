#pragma once

namespace hearth::engine {

/// The two files of an adapter's directory, as PEFT names them.
inline constexpr const char* kAdapterConfig = "adapter_config.json";
inline constexpr const char* kAdapterWeights = "adapter_model.safetensors";

}  // namespace hearth::engine
