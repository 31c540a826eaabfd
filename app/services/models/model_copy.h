// The files of a Hugging Face directory, copied into the node.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "core/result.h"
#include "storage/model_repository.h"

namespace hearth::app {

struct SourceFile {
    std::filesystem::path path;
    int64_t bytes = 0;
};

/// What of a directory belongs to a model, by name. Errors: InvalidArgument with context "path":
/// no such directory, no config.json in it, or it cannot be read.
core::Result<std::vector<SourceFile>> listModelFiles(const std::filesystem::path& directory);

/// Copies into the new folder `target`, to the disk itself, and hashes on the way. `copied` is told
/// of each piece; false stops. Errors: Cancelled; DiskFull; InvalidArgument (the source). What was
/// written stays: the caller removes `target`.
core::Result<std::vector<storage::ModelContent>> copyModelFiles(
    const std::vector<SourceFile>& files, const std::filesystem::path& target,
    const std::function<bool(int64_t bytes)>& copied);

}  // namespace hearth::app
