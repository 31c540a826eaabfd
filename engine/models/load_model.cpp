#include "engine/layers/adapter.h"
#include "engine/models/canonical_weights.h"
#include "engine/models/model.h"
#include "engine/models/registry.h"

namespace hearth::engine {

void Model::setObserver(StepObserver*) {}

std::span<const LinearTarget> Model::adapterTargets() const {
    return {};
}

Tensor Model::mtpLogits(std::span<const int32_t>, std::span<const int32_t>) {
    CORE_ASSERT(mtpLayers() > 0);
    return {};
}

core::Result<std::unique_ptr<Model>> loadModel(Backend& backend,
                                               const std::filesystem::path& directory,
                                               const ModelOptions& options) {
    CORE_ASSIGN(const ModelConfig config, readModelConfig(directory));
    CORE_ASSIGN(const auto weights, openWeightDirectory(directory));
    auto model = loadModel(backend, config, *weights, options);
    if (model)
        return model;
    core::Error error = model.error();
    error.context = directory.string();
    return error;
}

core::Result<std::unique_ptr<Model>> loadModel(Backend& backend, const ModelConfig& config,
                                               const WeightSource& weights,
                                               const ModelOptions& options) {
    CORE_ASSIGN(const Architecture* architecture, findArchitecture(config.architecture));
    CORE_ASSIGN(const auto canonical, canonicalWeights(config, weights));
    return architecture->build(backend, config, *canonical, options);
}

}  // namespace hearth::engine
