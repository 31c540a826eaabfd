#include "core/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <system_error>

namespace hearth::core {
namespace fs = std::filesystem;
namespace {

// Reads to the end rather than trusting st_size: /proc files and growing files lie about it.
template <typename Container>
Result<Container> readWhole(const fs::path& path, std::uint64_t maxBytes) {
    CORE_ASSIGN(const UniqueFd fd, openFile(path, O_RDONLY));
    struct stat info {};
    if (::fstat(fd.get(), &info) != 0)
        return errnoError(errno, "read", path);
    if (S_ISDIR(info.st_mode))
        return errnoError(EISDIR, "read", path);
    const auto expected = static_cast<std::uint64_t>(std::max<off_t>(info.st_size, 0));
    const Error tooLarge{
        ErrorCode::PayloadTooLarge,
        "the file is larger than the limit of " + std::to_string(maxBytes) + " bytes",
        path.string()};
    if (expected > maxBytes)
        return tooLarge;

    Container content;
    std::size_t used = 0;
    content.resize(static_cast<std::size_t>(expected) + 1);  // one more, to see the end
    for (;;) {
        if (used == content.size())
            content.resize(content.size() + 64 * 1024);
        const ssize_t got = ::read(fd.get(), content.data() + used, content.size() - used);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return errnoError(errno, "read", path);
        if (got == 0)
            break;
        used += static_cast<std::size_t>(got);
        if (used > maxBytes)
            return tooLarge;
    }
    content.resize(used);
    return content;
}

fs::path temporaryBeside(const fs::path& path) {
    static std::atomic<unsigned> counter{0};
    fs::path temporary = path;
    temporary += ".tmp-" + std::to_string(::getpid()) + "-" + std::to_string(counter++);
    return temporary;
}

fs::path parentOf(const fs::path& path) {
    return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

ErrorCode codeOf(int number) {
    switch (number) {
        case ENOENT:
        case ENOTDIR:
            return ErrorCode::NotFound;
        case EACCES:
        case EPERM:
        case EROFS:
            return ErrorCode::PermissionDenied;
        case ENOSPC:
        case EDQUOT:
        case EFBIG:
            return ErrorCode::DiskFull;
        case EEXIST:
            return ErrorCode::AlreadyExists;
        case EISDIR:
        case ELOOP:
        case ENAMETOOLONG:
            return ErrorCode::InvalidArgument;
        case EMFILE:
        case ENFILE:
        case ENOMEM:
            return ErrorCode::ResourceExhausted;
        default:
            return ErrorCode::Internal;
    }
}

}  // namespace

void UniqueFd::reset(int fd) noexcept {
    if (m_fd >= 0)
        ::close(m_fd);
    m_fd = fd;
}

Error errnoError(int number, std::string_view action, const fs::path& path) {
    const ErrorCode code = codeOf(number);
    std::string message =
        "cannot " + std::string(action) + " the file: " + std::generic_category().message(number);
    if (code == ErrorCode::DiskFull)
        message += "; free some space and try again";
    return {code, std::move(message), path.string()};
}

Result<UniqueFd> openFile(const fs::path& path, int flags, unsigned mode) {
    UniqueFd fd(::open(path.c_str(), flags | O_CLOEXEC, mode));
    if (!fd.valid())
        return errnoError(errno, "open", path);
    return fd;
}

Result<std::vector<std::byte>> readFile(const fs::path& path, std::uint64_t maxBytes) {
    return readWhole<std::vector<std::byte>>(path, maxBytes);
}

Result<std::string> readTextFile(const fs::path& path, std::uint64_t maxBytes) {
    return readWhole<std::string>(path, maxBytes);
}

Status readAt(int fd, std::uint64_t offset, std::span<std::byte> out, const fs::path& path) {
    while (!out.empty()) {
        const ssize_t got = ::pread(fd, out.data(), out.size(), static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return errnoError(errno, "read", path);
        if (got == 0)
            return Error{ErrorCode::DataCorrupt, "the file ends too early", path.string()};
        offset += static_cast<std::uint64_t>(got);
        out = out.subspan(static_cast<std::size_t>(got));
    }
    return {};
}

Status writeAll(int fd, std::span<const std::byte> bytes, const fs::path& path) {
    while (!bytes.empty()) {
        const ssize_t put = ::write(fd, bytes.data(), bytes.size());
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return errnoError(errno, "write", path);
        bytes = bytes.subspan(static_cast<std::size_t>(put));
    }
    return {};
}

Status writeFileAtomic(const fs::path& path, std::span<const std::byte> bytes, unsigned mode) {
    CORE_ASSIGN(AtomicFile file, AtomicFile::create(path, mode));
    CORE_TRY(file.write(bytes));
    return file.commit();
}

Status writeFileAtomic(const fs::path& path, std::string_view text, unsigned mode) {
    return writeFileAtomic(path, asBytes(text), mode);
}

Status fsyncDirectory(const fs::path& directory) {
    CORE_ASSIGN(const UniqueFd fd, openFile(directory, O_RDONLY | O_DIRECTORY));
    if (::fsync(fd.get()) != 0)
        return errnoError(errno, "flush", directory);
    return {};
}

Status createDirectories(const fs::path& directory, unsigned mode) {
    std::error_code ignored;
    if (directory.empty() || fs::is_directory(directory, ignored))
        return {};
    CORE_TRY(createDirectories(directory.parent_path(), mode));
    if (::mkdir(directory.c_str(), mode) != 0 && errno != EEXIST)
        return errnoError(errno, "create", directory);
    if (!fs::is_directory(directory, ignored))
        return errnoError(ENOTDIR, "create", directory);
    return {};
}

Result<fs::path> pathBeneath(const fs::path& root, std::string_view relative) {
    const fs::path wanted(relative);
    const Error refused{ErrorCode::InvalidArgument, "the path leaves its folder",
                        std::string(relative)};
    if (wanted.empty() || wanted.is_absolute() || relative.find('\0') != relative.npos)
        return refused;
    fs::path full = root;
    for (const fs::path& part : wanted) {
        if (part == "..")
            return refused;
        full /= part;
        std::error_code ignored;
        if (fs::is_symlink(fs::symlink_status(full, ignored)))
            return refused;
    }
    return full;
}

AtomicFile::AtomicFile(fs::path path, fs::path temporary, UniqueFd fd)
    : m_path(std::move(path)), m_temporary(std::move(temporary)), m_fd(std::move(fd)) {}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : m_path(std::move(other.m_path)),
      m_temporary(std::exchange(other.m_temporary, {})),
      m_fd(std::move(other.m_fd)) {}

AtomicFile::~AtomicFile() {
    if (!m_temporary.empty())
        ::unlink(m_temporary.c_str());
}

Result<AtomicFile> AtomicFile::create(const fs::path& path, unsigned mode) {
    fs::path temporary = temporaryBeside(path);
    CORE_ASSIGN(UniqueFd fd, openFile(temporary, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode));
    return AtomicFile(path, std::move(temporary), std::move(fd));
}

Status AtomicFile::write(std::span<const std::byte> bytes) {
    return writeAll(m_fd.get(), bytes, m_path);
}

Status AtomicFile::commit() {
    if (::fsync(m_fd.get()) != 0)
        return errnoError(errno, "flush", m_path);
    if (::rename(m_temporary.c_str(), m_path.c_str()) != 0)
        return errnoError(errno, "rename", m_path);
    m_temporary.clear();
    m_fd.reset();
    return fsyncDirectory(parentOf(m_path));
}

}  // namespace hearth::core
