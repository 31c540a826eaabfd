#include "engine/models/registry.h"

#include "engine/models/families/families.h"

namespace hearth::engine {
namespace {

constexpr Architecture kArchitectures[] = {
    {"DeepseekV2ForCausalLM", "deepseek_v2_lite", families::deepseekV2},
    {"DeepseekV3ForCausalLM", "deepseek_v3", families::deepseekV3},
    {"DeepseekV32ForCausalLM", "deepseek_v32", families::deepseekV32},
    {"Glm4MoeForCausalLM", "glm4_moe", families::glm4Moe},
    {"Glm4MoeLiteForCausalLM", "glm4_moe_lite", families::glm4MoeLite},
    {"GptOssForCausalLM", "gpt_oss", families::gptOss},
    {"GraniteForCausalLM", nullptr, families::granite},
    {"GraniteMoeForCausalLM", "granitemoe", families::graniteMoe},
    {"GraniteMoeSharedForCausalLM", "granitemoeshared", families::graniteMoeShared},
    {"LlamaForCausalLM", nullptr, families::llama},
    {"MiniCPM3ForCausalLM", "minicpm3", families::miniCpm3},
    {"MistralForCausalLM", nullptr, families::mistral},
    {"MixtralForCausalLM", "mixtral", families::mixtral},
    {"OlmoeForCausalLM", "olmoe", families::olmoe},
    {"Qwen2ForCausalLM", nullptr, families::qwen2},
    {"Qwen3ForCausalLM", nullptr, families::qwen3},
    {"Qwen3MoeForCausalLM", "qwen3_moe", families::qwen3Moe},
};

}  // namespace

std::span<const Architecture> architectures() {
    return kArchitectures;
}

core::Result<const Architecture*> findArchitecture(const std::string& name) {
    std::string known;
    for (const Architecture& architecture : kArchitectures) {
        if (name == architecture.name)
            return &architecture;
        known += (known.empty() ? "" : ", ") + std::string(architecture.name);
    }
    return core::Error{core::ErrorCode::Unsupported,
                       "Unknown architecture \"" + name.substr(0, 100) + "\"; known are: " + known,
                       "config.json"};
}

}  // namespace hearth::engine
