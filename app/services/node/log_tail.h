#pragma once
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "core/result.h"

namespace hearth::app {

/// The last `count` whole lines of a file, oldest first; fewer when they would be more than 4 MiB.
/// Errors: those of opening the file.
core::Result<std::vector<std::string>> lastLines(const std::filesystem::path& file, size_t count);

}  // namespace hearth::app
