// What the weights of a model directory are kept in, by the headers of its files.
#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "core/result.h"

namespace hearth::engine {

/// Bytes by type ("BF16", "Q8", "Q4_1") of the weights that serving would read: the packed file,
/// or else the checkpoint. Reads no weights. Errors: those of PackedFile::open, openGguf and
/// openWeightDirectory.
core::Result<std::map<std::string, uint64_t>> servedTypes(const std::filesystem::path& directory);

}  // namespace hearth::engine
