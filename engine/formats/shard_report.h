// Whether the files of a checkpoint are whole, before anything is made of them.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/result.h"

namespace hearth::engine {

struct ShardFile {
    std::string name;
    int64_t bytes = 0;
    int64_t tensors = 0;
    std::string sha256;     // hex
    bool expected = false;  // SHA256SUMS lists it, with this hash
};

/// In the order of weightFiles().
struct ShardReport {
    std::vector<ShardFile> files;
};

/// done and total in bytes; false stops.
using ShardProgress = std::function<bool(int64_t done, int64_t total)>;

/// Checks index, headers and sizes of a Hugging Face directory as openWeightDirectory does, hashes
/// every weight file, and holds it against the directory's SHA256SUMS (as sha256sum writes it) if
/// there is one. Memory: the headers and a few MB.
/// Errors: those of openWeightDirectory; DataCorrupt naming a file of another hash; Cancelled.
core::Result<ShardReport> verifyShards(const std::filesystem::path& dir,
                                       const ShardProgress& progress = {});

}  // namespace hearth::engine
