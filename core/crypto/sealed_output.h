// The file that a SealedWriter fills: appears whole under its name or not at all.
#pragma once
#include <cstdint>
#include <filesystem>
#include <span>

#include "core/result.h"
#include "core/unique_fd.h"

namespace hearth::core {

/// As AtomicFile, but what was written may be replaced before commit().
class SealedOutput {
public:
    static Result<SealedOutput> create(const std::filesystem::path& path);
    SealedOutput(SealedOutput&& other) noexcept;
    SealedOutput& operator=(SealedOutput&&) = delete;
    ~SealedOutput();

    Status write(std::span<const std::byte> bytes);
    Status replace(std::uint64_t offset, std::span<const std::byte> bytes);
    /// fsync, rename, fsync of the folder.
    Status commit();

private:
    SealedOutput(std::filesystem::path path, std::filesystem::path temporary, UniqueFd fd);

    std::filesystem::path m_path;
    std::filesystem::path m_temporary;  // empty once committed or moved from
    UniqueFd m_fd;
};

}  // namespace hearth::core
