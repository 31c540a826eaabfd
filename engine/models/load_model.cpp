#include "engine/layers/adapter.h"
#include "engine/models/canonical_weights.h"
#include "engine/models/decoder_builder.h"
#include "engine/models/model.h"
#include "engine/models/model_source.h"
#include "engine/models/packed_model.h"

namespace hearth::engine {

Tensor Model::step(std::span<const StepSequence> sequences, KvCache& cache,
                   const Adapter* adapter) {
    std::vector<StepSequence> with(sequences.begin(), sequences.end());
    for (StepSequence& sequence : with)
        sequence.adapter = adapter;
    return step(with, cache);
}

Tensor Model::stepWith(std::span<const StepSequence> sequences, KvCache& cache, PromptPass& pass) {
    pass.layer = config().num_hidden_layers;
    return step(sequences, cache);
}

void Model::setObserver(StepObserver*) {}

std::span<const LinearTarget> Model::adapterTargets() const {
    return {};
}

Draft Model::draft(std::span<const DraftSequence>, KvCache&) {
    CORE_ASSERT(mtpLayers() > 0);
    return {};
}

Tensor Model::mtpLogits(std::span<const int32_t>, std::span<const int32_t>) {
    CORE_ASSERT(mtpLayers() > 0);
    return {};
}

core::Result<std::unique_ptr<Model>> loadModel(Backend& backend,
                                               const std::filesystem::path& directory,
                                               const ModelOptions& options) {
    if (std::filesystem::exists(directory / kPackedFileName))
        return loadStampedModel(backend, directory / kPackedFileName, options);
    CORE_ASSIGN(const ModelSource source, openModelSource(directory));
    const auto store = sourceStore(backend, *source.weights);
    return loadModel(backend, source.config, *store, options);
}

core::Result<std::unique_ptr<Model>> loadModel(Backend& backend, const ModelConfig& config,
                                               const WeightSource& weights,
                                               const ModelOptions& options) {
    CORE_ASSIGN(const auto canonical, canonicalWeights(config, weights));
    const auto store = sourceStore(backend, *canonical);
    return loadModel(backend, config, *store, options);
}

std::unique_ptr<Model> loadModel(Backend& backend, const ModelConfig& config, WeightStore& store,
                                 const ModelOptions& options) {
    DecoderWeights weights = buildDecoderWeights(config, store, options.load_mtp);
    weights.guard = store.guard();
    return std::make_unique<DecoderModel>(backend, config, std::move(weights));
}

}  // namespace hearth::engine
