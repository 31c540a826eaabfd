// What the fuzz targets share.
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

namespace hearth::fuzz {

/// The parts of an input between lines of "====". A seed that needs several files is thus one
/// readable text.
std::vector<std::string_view> sections(const uint8_t* data, size_t size);

/// Section `index`, or `fallback` where the input has fewer.
std::string_view sectionOr(const std::vector<std::string_view>& sections, size_t index,
                           std::string_view fallback);

/// A folder in memory (/dev/shm) where there is one; removed when the process ends by itself.
const std::filesystem::path& scratchDirectory();
void writeFile(const std::filesystem::path& file, std::string_view content);

/// Processor time of this thread, which a busy machine does not lengthen.
double threadSeconds();

}  // namespace hearth::fuzz
