#include "finetune/methods/base_model.h"

#include "engine/cpu/cpu_backend.h"
#include "engine/cpu/range_allocator.h"
#include "engine/models/packed_model.h"
#include "engine/models/packed_weights.h"
#include "engine/models/source_reference.h"

namespace hearth::finetune {

namespace fs = std::filesystem;

namespace {

bool isPacked(const fs::path& path) {
    return fs::exists(path / engine::kPackedFileName);
}

/// Errors: those of findSource; where it wants finer weights, what else can be done.
core::Result<fs::path> sourceOf(const fs::path& path, TrainedPart part) {
    auto found = engine::findSource(path);
    if (found || !isPacked(path) || part != TrainedPart::Lora)
        return found;
    core::Error error = found.error();
    error.message +=
        ", or train the adapter on the packed weights (hyperparameters.base_storage source)";
    return error;
}

/// The packed file is what is served, so it goes before the checkpoint that it was made from.
core::Result<engine::ModelSource> openStored(const fs::path& path) {
    if (!isPacked(path)) {
        CORE_ASSIGN(const fs::path source, sourceOf(path, TrainedPart::Lora));
        return engine::openModelSource(source);
    }
    engine::ModelSource packed;
    CORE_ASSIGN(auto file, engine::PackedFile::open(path / engine::kPackedFileName));
    CORE_ASSIGN(packed.weights, engine::packedWeights(std::move(file)));
    return packed;
}

core::Result<engine::ModelSource> openCheckpoint(const fs::path& path, TrainedPart part) {
    CORE_ASSIGN(const fs::path found, sourceOf(path, part));
    if (engine::isGgufFile(found) || fs::exists(found / engine::kGgufInDirectory) ||
        !engine::hasSourceWeights(found))
        return engine::openModelSource(found);
    engine::ModelSource source;
    CORE_ASSIGN(source.weights, engine::openWeightDirectory(found));
    return source;
}

}  // namespace

std::unique_ptr<engine::Backend> createTrainingBackend(int threads) {
    return engine::createCpuBackend(
        {.threads = threads, .allocator = std::make_shared<engine::RangeAllocator>()});
}

core::Result<engine::ModelSource> openBase(const fs::path& path, TrainedPart part,
                                           BaseStorage storage) {
    return storage == BaseStorage::Source ? openStored(path) : openCheckpoint(path, part);
}

core::Result<BaseModel> loadBaseModel(engine::Backend& backend, const fs::path& path,
                                      const engine::ModelConfig& config,
                                      const TrainableOptions& options) {
    BaseModel base;
    CORE_ASSIGN(auto source, openBase(path, options.part, options.base));
    CORE_ASSIGN(base.model, loadTrainableModel(backend, config, *source.weights, options));
    if (options.base == BaseStorage::Source)
        base.source = std::move(source);
    return base;
}

}  // namespace hearth::finetune
