// The files of a Hugging Face directory or of a GGUF file, copied into the node.
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
    std::string name;         // in the node
    bool source = false;      // holds weights that a packed model is made from, or their index
    std::string sha256 = {};  // hex, when it is known already
};

/// What of a directory belongs to a model, by name; a GGUF file is one by itself. Errors:
/// InvalidArgument with context "path": no such directory or file, no config.json in it, or it
/// cannot be read. A packed file belongs to it only where there is nothing to pack it from.
core::Result<std::vector<SourceFile>> listModelFiles(const std::filesystem::path& source);

/// Copies into the folder `target`, to the disk itself, and hashes on the way. `copied` is told
/// of each piece; false stops. A GGUF file's config and tokenizer are written beside it, as the
/// files of a directory. A file of a known hash that is there already is not copied again.
/// Errors: Cancelled; DiskFull; InvalidArgument (the source); DataCorrupt: another hash than the
/// known one; those of engine::modelTextFiles. What was written stays.
core::Result<std::vector<storage::ModelContent>> copyModelFiles(
    const std::vector<SourceFile>& files, const std::filesystem::path& target,
    const std::function<bool(int64_t bytes)>& copied);

}  // namespace hearth::app
