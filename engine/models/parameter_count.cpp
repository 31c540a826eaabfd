#include "engine/models/parameter_count.h"

#include <charconv>
#include <string_view>

namespace hearth::engine {
namespace {

int64_t elements(const TensorSpec& spec) {
    int64_t count = 1;
    for (const int64_t size : spec.shape)
        count *= size;
    return count;
}

/// -1 for what belongs to no layer.
int64_t layerOf(std::string_view name) {
    constexpr std::string_view kLayers = "model.layers.";
    if (!name.starts_with(kLayers))
        return -1;
    name.remove_prefix(kLayers.size());
    int64_t layer = -1;
    std::from_chars(name.data(), name.data() + name.size(), layer);
    return layer;
}

}  // namespace

ParameterCount countParameters(const ModelConfig& config) {
    ParameterCount count;
    int64_t experts = 0;  // of the layers that a token goes through
    for (const TensorSpec& spec : tensorSpecs(config)) {
        if (spec.optional)
            continue;
        const int64_t size = elements(spec);
        count.total += size;
        if (layerOf(spec.name) >= config.num_hidden_layers)
            continue;
        if (spec.name.find(".mlp.experts.") != std::string::npos)
            experts += size;
        else
            count.active += size;
    }
    if (config.n_routed_experts > 0)
        count.active += experts / config.n_routed_experts * config.num_experts_per_tok;
    return count;
}

}  // namespace hearth::engine
