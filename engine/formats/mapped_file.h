// A file of weights in memory: read-only, paged in as it is used; a sealed one is decrypted there.
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <utility>

#include "core/result.h"

namespace hearth::engine {

class SealedContent;

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

/// Read-only view of a whole file; bytes() stay where they are when the object is moved. The one
/// place that opens weights: a sealed file is opened with the key that core::KeyRing holds for its
/// folder, so that nothing above needs to know.
class MappedFile {
public:
    /// Errors: NotFound, PermissionDenied (also a sealed file without a key), DataCorrupt (not a
    /// regular file; sealed with another key, changed or cut), ResourceExhausted.
    static core::Result<MappedFile> open(const std::filesystem::path& file);

    MappedFile(MappedFile&& other) noexcept;
    MappedFile& operator=(MappedFile&&) = delete;
    ~MappedFile();

    /// Of a sealed file what load() was not asked for is zeros.
    std::span<const std::byte> bytes() const { return m_bytes; }
    /// Before these bytes are read. Errors: DataCorrupt. REQUIRES: the range lies within bytes().
    core::Status load(uint64_t offset, uint64_t count) const;
    core::Status loadAll() const { return load(0, m_bytes.size()); }
    /// Whether the file is encrypted; its bytes are authenticated as they are loaded.
    bool sealed() const { return m_sealed != nullptr; }
    /// Of the file that is mapped, from before it was.
    const FileIdentity& identity() const { return m_identity; }

private:
    MappedFile(std::span<const std::byte> bytes, const FileIdentity& identity);
    MappedFile(std::unique_ptr<SealedContent> sealed, const FileIdentity& identity);
    static core::Result<MappedFile> map(int fd, const std::filesystem::path& file);

    std::unique_ptr<SealedContent> m_sealed;  // null: a mapping of the file
    std::span<const std::byte> m_bytes;
    FileIdentity m_identity;
};

}  // namespace hearth::engine
