// Files of a job: data sets in, results and checkpoints out, sealed where a key is given.
#pragma once
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "core/result.h"
#include "finetune/jobs/job_keys.h"
#include "finetune/jobs/job_spec.h"

namespace hearth::finetune {

/// A data set's text. Errors: NotFound, DataCorrupt; InvalidArgument when it is no UTF-8.
core::Result<std::string> readDataset(const DatasetRef& dataset, const JobKeys& keys);

/// Atomic and durable. key: null writes the bytes as they are.
core::Status writeJobFile(const std::filesystem::path& path, std::span<const std::byte> bytes,
                          const core::SecureBytes* key);
core::Result<std::vector<std::byte>> readJobFile(const std::filesystem::path& path,
                                                 const core::SecureBytes* key);

/// A directory that appears whole or not at all: built beside its final place, renamed by
/// publish(). Removed when it was not published.
class PendingDirectory {
public:
    /// Also removes what killed runs left beside `target`. One process at a time may do that.
    static core::Result<PendingDirectory> create(const std::filesystem::path& target);
    PendingDirectory(PendingDirectory&& other) noexcept;
    PendingDirectory& operator=(PendingDirectory&&) = delete;
    ~PendingDirectory();

    const std::filesystem::path& path() const { return m_pending; }
    /// Errors: AlreadyExists when there is something at the target.
    core::Status publish();

private:
    PendingDirectory(std::filesystem::path target, std::filesystem::path pending);

    std::filesystem::path m_target;
    std::filesystem::path m_pending;  // empty once published or moved from
};

}  // namespace hearth::finetune
