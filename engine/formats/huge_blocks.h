// A file whose pages in memory shall be huge, so that reading it costs fewer walks through page
// tables. File systems choose a page's size when it is first written.
#pragma once
#include <cstdint>
#include <filesystem>

#include "core/result.h"

namespace hearth::engine {

class HugeBlocks {
public:
    HugeBlocks() = default;
    /// Of a file that holds data up to `begin` and is written in order from there to `end` or
    /// beyond.
    HugeBlocks(uint64_t begin, uint64_t end);
    /// Writes zeros into every whole block that begins before `position`; call it before data is
    /// written up to there. Errors: those of the disk.
    core::Status reach(int fd, uint64_t position, const std::filesystem::path& file);

private:
    uint64_t m_next = 0;
    uint64_t m_end = 0;
};

}  // namespace hearth::engine
