// A file of weights in memory: read-only, paged in as it is used.
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <utility>

#include "core/result.h"

namespace hearth::engine {

/// What the file system says of a file. Each write to it, and whatever puts another file in its
/// place, changes some of this: changed_ns is the kernel's, no program sets it.
struct FileIdentity {
    uint64_t device = 0;
    uint64_t inode = 0;
    uint64_t bytes = 0;
    int64_t modified_ns = 0;  // Unix time, as changed_ns
    int64_t changed_ns = 0;

    bool operator==(const FileIdentity&) const = default;
};

/// Read-only mapping of a whole file; bytes() stay where they are when the object is moved.
class MappedFile {
public:
    /// Errors: NotFound, PermissionDenied, DataCorrupt (not a regular file), ResourceExhausted.
    static core::Result<MappedFile> open(const std::filesystem::path& file);

    MappedFile(MappedFile&& other) noexcept
        : m_bytes(std::exchange(other.m_bytes, {})), m_identity(other.m_identity) {}
    MappedFile& operator=(MappedFile&&) = delete;
    ~MappedFile();

    std::span<const std::byte> bytes() const { return m_bytes; }
    /// Of the file that is mapped, from before it was.
    const FileIdentity& identity() const { return m_identity; }

private:
    MappedFile(std::span<const std::byte> bytes, const FileIdentity& identity)
        : m_bytes(bytes), m_identity(identity) {}
    static core::Result<MappedFile> map(int fd, const std::filesystem::path& file);

    std::span<const std::byte> m_bytes;
    FileIdentity m_identity;
};

}  // namespace hearth::engine
