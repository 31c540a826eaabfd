#include "core/crypto/sealed_output.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <string>

#include "core/file.h"

namespace hearth::core {
namespace fs = std::filesystem;

SealedOutput::SealedOutput(fs::path path, fs::path temporary, UniqueFd fd)
    : m_path(std::move(path)), m_temporary(std::move(temporary)), m_fd(std::move(fd)) {}

SealedOutput::SealedOutput(SealedOutput&& other) noexcept
    : m_path(std::move(other.m_path)),
      m_temporary(std::exchange(other.m_temporary, {})),
      m_fd(std::move(other.m_fd)) {}

SealedOutput::~SealedOutput() {
    if (!m_temporary.empty())
        ::unlink(m_temporary.c_str());
}

Result<SealedOutput> SealedOutput::create(const fs::path& path) {
    static std::atomic<unsigned> counter{0};
    fs::path temporary = path;
    temporary += ".tmp-" + std::to_string(::getpid()) + "-s" + std::to_string(counter++);
    CORE_ASSIGN(UniqueFd fd, openFile(temporary, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0600));
    return SealedOutput(path, std::move(temporary), std::move(fd));
}

Status SealedOutput::write(std::span<const std::byte> bytes) {
    return writeAll(m_fd.get(), bytes, m_path);
}

Status SealedOutput::replace(std::uint64_t offset, std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t count =
            ::pwrite(m_fd.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return errnoError(count < 0 ? errno : EIO, "write", m_path);
        offset += static_cast<std::uint64_t>(count);
        bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
    return {};
}

Status SealedOutput::commit() {
    if (::fsync(m_fd.get()) != 0)
        return errnoError(errno, "flush", m_path);
    if (std::rename(m_temporary.c_str(), m_path.c_str()) != 0)
        return errnoError(errno, "rename", m_path);
    m_temporary.clear();
    m_fd.reset();
    return fsyncDirectory(m_path.has_parent_path() ? m_path.parent_path() : fs::path("."));
}

}  // namespace hearth::core
