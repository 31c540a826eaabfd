// What a plan needs of a model: its config and the shapes and types of its weights. A directory
// with config.json alone is enough, so that a model can be planned before it is downloaded.
#pragma once
#include <filesystem>
#include <string>

#include "core/result.h"
#include "engine/models/counting_store.h"

namespace hearth::engine {

struct PlanSource {
    ModelConfig config;
    StoredShapes shapes;
    bool from_weights = false;   // else the types are config.json's word
    std::string packed_as = {};  // the recipe of a packed model; empty: it is a checkpoint
};

/// path: a Hugging Face directory, with or without weights, what openModelSource takes, or a packed
/// model, of which headers alone are read.
/// Errors: those of readModelConfig; of openModelSource or PackedFile::open when there
/// are weights.
core::Result<PlanSource> openPlanSource(const std::filesystem::path& path);
PlanSource planSource(const ModelConfig& config, DType stored);

}  // namespace hearth::engine
