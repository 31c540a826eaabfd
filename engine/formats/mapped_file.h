// A file of weights in memory: read-only, paged in as it is used.
#pragma once
#include <cstddef>
#include <filesystem>
#include <span>
#include <utility>

#include "core/result.h"

namespace hearth::engine {

/// Read-only mapping of a whole file; bytes() stay where they are when the object is moved.
class MappedFile {
public:
    /// Errors: NotFound, PermissionDenied, DataCorrupt (not a regular file), ResourceExhausted.
    static core::Result<MappedFile> open(const std::filesystem::path& file);

    MappedFile(MappedFile&& other) noexcept : m_bytes(std::exchange(other.m_bytes, {})) {}
    MappedFile& operator=(MappedFile&&) = delete;
    ~MappedFile();

    std::span<const std::byte> bytes() const { return m_bytes; }

private:
    explicit MappedFile(std::span<const std::byte> bytes) : m_bytes(bytes) {}
    static core::Result<MappedFile> map(int fd, const std::filesystem::path& file);

    std::span<const std::byte> m_bytes;
};

}  // namespace hearth::engine
