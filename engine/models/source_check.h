// Whether what a user brings is whole, before anything is made of it.
#pragma once
#include <filesystem>
#include <vector>

#include "engine/models/packed_model.h"

namespace hearth::engine {

/// The files that hold weights, with their hashes: of a Hugging Face directory checked as
/// verifyShards does, of a GGUF file its header. Errors: those of verifyShards and openGguf;
/// Cancelled.
core::Result<std::vector<PackedSourceFile>> verifySource(const std::filesystem::path& path,
                                                         const PackSink& progress);

/// Whether a directory holds a packed model and nothing that it could be packed from.
bool isPackedDirectory(const std::filesystem::path& path);
/// Checks every chunk of a packed model. Errors: those of PackedFile; Cancelled.
core::Status verifyPacked(const std::filesystem::path& file, const PackSink& progress);

}  // namespace hearth::engine
