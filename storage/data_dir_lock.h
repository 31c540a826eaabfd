#pragma once
#include <filesystem>

#include "core/result.h"
#include "core/unique_fd.h"

namespace hearth::storage {

/// Holds a data directory for this process. The kernel lets go of it however the process ends,
/// so there is no stale lock to clean up.
class DataDirLock {
public:
    /// Errors: Conflict when another process holds it; the message names that process.
    static core::Result<DataDirLock> acquire(const std::filesystem::path& directory);

private:
    explicit DataDirLock(core::UniqueFd fd) : m_fd(std::move(fd)) {}
    core::UniqueFd m_fd;
};

}  // namespace hearth::storage
