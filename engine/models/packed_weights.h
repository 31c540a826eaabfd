// A packed model's tensors as a checkpoint's, by name and row: for training on it, and for taking
// it elsewhere. Values are those that serving computes with.
#pragma once
#include <memory>

#include "core/result.h"
#include "engine/formats/packed_file.h"
#include "engine/formats/weight_source.h"
#include "engine/models/model_config.h"

namespace hearth::engine {

/// The config that the file was packed with, without MTP layers that its checkpoint lacked.
/// Errors: those of parseModelConfig, with the file's name.
core::Result<ModelConfig> packedConfig(const PackedFile& file);

/// Canonical names, F32. Panels are read back as they are asked for: a row costs its panel's 32.
/// Errors: DataCorrupt for a damaged chunk, or a tensor of the config that the file lacks. A chunk
/// that is first read later and is damaged throws the same (core::Exception).
core::Result<std::unique_ptr<WeightSource>> packedWeights(std::shared_ptr<PackedFile> file);

}  // namespace hearth::engine
