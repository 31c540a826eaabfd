#pragma once
#include <filesystem>

namespace hearth::app {

/// Removes a file or a folder with what is in it. What cannot be removed is left for the next try.
inline void discardFolder(const std::filesystem::path& path) {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
}

}  // namespace hearth::app
