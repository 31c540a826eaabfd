// Files of the node: bounded reads, atomic writes, paths that stay beneath a folder.
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/unique_fd.h"

namespace hearth::core {

inline constexpr std::uint64_t kMaxFileBytes = std::uint64_t{4} << 30;
inline constexpr std::uint64_t kMaxTextFileBytes = std::uint64_t{64} << 20;

/// An Error for `errno` value `number`: NotFound, PermissionDenied, DiskFull or Internal.
/// `action` completes "cannot ...", e.g. "write".
Error errnoError(int number, std::string_view action, const std::filesystem::path& path);

/// Opens with open(2) flags (O_CLOEXEC is added).
Result<UniqueFd> openFile(const std::filesystem::path& path, int flags, unsigned mode = 0600);

/// Errors: NotFound, PermissionDenied, PayloadTooLarge (longer than `maxBytes`).
Result<std::vector<std::byte>> readFile(const std::filesystem::path& path,
                                        std::uint64_t maxBytes = kMaxFileBytes);
Result<std::string> readTextFile(const std::filesystem::path& path,
                                 std::uint64_t maxBytes = kMaxTextFileBytes);

/// Reads exactly `out.size()` bytes at `offset`; DataCorrupt when the file ends before.
Status readAt(int fd, std::uint64_t offset, std::span<std::byte> out,
              const std::filesystem::path& path);
Status writeAll(int fd, std::span<const std::byte> bytes, const std::filesystem::path& path);

/// Replaces `path` in one step: a reader sees the old or the new content, also after a crash.
/// Errors: DiskFull leaves the old file and no temporary one.
Status writeFileAtomic(const std::filesystem::path& path, std::span<const std::byte> bytes,
                       unsigned mode = 0600);
Status writeFileAtomic(const std::filesystem::path& path, std::string_view text,
                       unsigned mode = 0600);

/// Makes a rename or an unlink in `directory` durable.
Status fsyncDirectory(const std::filesystem::path& directory);

Status createDirectories(const std::filesystem::path& directory, unsigned mode = 0700);

/// `root / relative`, refused unless it stays beneath `root`: no absolute path, no "..",
/// no symbolic link below `root`. The target itself need not exist.
Result<std::filesystem::path> pathBeneath(const std::filesystem::path& root,
                                          std::string_view relative);

/// A file being written beside its final name; gone unless commit() succeeds.
class AtomicFile {
public:
    static Result<AtomicFile> create(const std::filesystem::path& path, unsigned mode = 0600);
    AtomicFile(AtomicFile&& other) noexcept;
    AtomicFile& operator=(AtomicFile&& other) = delete;
    ~AtomicFile();

    Status write(std::span<const std::byte> bytes);
    /// fsync, rename, fsync of the folder.
    Status commit();

private:
    AtomicFile(std::filesystem::path path, std::filesystem::path temporary, UniqueFd fd);

    std::filesystem::path m_path;
    std::filesystem::path m_temporary;  // empty once committed or moved from
    UniqueFd m_fd;
};

inline std::span<const std::byte> asBytes(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}
inline std::string_view asText(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace hearth::core
