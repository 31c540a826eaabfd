// A model as training takes it over, from wherever it is stored.
#pragma once
#include <filesystem>
#include <memory>

#include "engine/models/model_source.h"
#include "finetune/model/trainable_model.h"

namespace hearth::finetune {

/// A CPU backend that keeps the memory of a step for the next one. threads: 0: one a core.
std::unique_ptr<engine::Backend> createTrainingBackend(int threads);

struct BaseModel {
    engine::ModelSource source;  // of weights that stay stored (BaseStorage::Source); else empty
    std::unique_ptr<TrainableModel> model;
};

/// The weights that training begins with. path: as loadBaseModel. Errors: those of
/// engine::findSource and openModelSource.
core::Result<engine::ModelSource> openBase(const std::filesystem::path& path, TrainedPart part,
                                           BaseStorage storage);

/// path: a Hugging Face directory, a GGUF file or directory, or a packed model, whose kept or
/// referenced checkpoint is read unless the base stays stored. The backend outlives the model.
/// Errors: those of openBase and loadTrainableModel.
core::Result<BaseModel> loadBaseModel(engine::Backend& backend, const std::filesystem::path& path,
                                      const engine::ModelConfig& config,
                                      const TrainableOptions& options);

}  // namespace hearth::finetune
