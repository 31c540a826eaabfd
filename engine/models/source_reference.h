// Where the checkpoint of a packed model is: kept beside the packed file, or named by source.json.
#pragma once
#include <filesystem>
#include <vector>

#include "core/result.h"
#include "engine/formats/packed_file.h"

namespace hearth::engine {

/// In a model's directory, when the checkpoint stayed where it was.
inline constexpr const char* kSourceReferenceName = "source.json";

/// source: a directory, or a GGUF file; files: those of it that hold weights.
core::Status writeSourceReference(const std::filesystem::path& directory,
                                  const std::filesystem::path& source,
                                  const std::vector<PackedSourceFile>& files);

/// What openModelSource opens for the checkpoint of the model in `directory`; the directory itself
/// when its packed weights have 16 bits or more.
/// Errors: NotFound: there is none, or its files are gone or were changed since (by size); those of
/// a damaged source.json.
core::Result<std::filesystem::path> findSource(const std::filesystem::path& directory);

/// Whether a directory itself holds weights that a model can be packed from.
bool hasSourceWeights(const std::filesystem::path& directory);

}  // namespace hearth::engine
