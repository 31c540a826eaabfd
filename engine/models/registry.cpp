#include "engine/models/registry.h"

#include "engine/models/deepseek_v3.h"

namespace hearth::engine {
namespace {

constexpr Architecture kArchitectures[] = {
    {"DeepseekV3ForCausalLM", "deepseek_v3", deepseek_v3::parse, deepseek_v3::tensorSpecs,
     deepseek_v3::build},
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
