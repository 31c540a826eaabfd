#include "engine/formats/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "core/crypto/key_ring.h"
#include "core/crypto/sealed_file.h"
#include "core/unique_fd.h"
#include "engine/formats/sealed_content.h"

namespace hearth::engine {

using core::Error;
using core::ErrorCode;

namespace {

int64_t nanoseconds(const timespec& time) {
    return int64_t(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

FileIdentity identityOf(const struct stat& info) {
    return {.device = info.st_dev,
            .inode = info.st_ino,
            .bytes = uint64_t(info.st_size),
            .modified_ns = nanoseconds(info.st_mtim),
            .changed_ns = nanoseconds(info.st_ctim)};
}

}  // namespace

core::Result<MappedFile> MappedFile::open(const std::filesystem::path& file) {
    const core::UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd.valid())
        return Error{errno == ENOENT ? ErrorCode::NotFound : ErrorCode::PermissionDenied,
                     std::string("Cannot open the weights: ") + std::strerror(errno),
                     file.string()};
    return map(fd.get(), file);
}

core::Result<MappedFile> MappedFile::map(int fd, const std::filesystem::path& file) {
    struct stat info {};
    if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))
        return Error{ErrorCode::DataCorrupt, "The weights are not a regular file", file.string()};
    if (info.st_size == 0)
        return MappedFile(std::span<const std::byte>(), identityOf(info));
    if (core::isSealedFile(file)) {
        CORE_ASSIGN(const auto key, core::KeyRing::instance().find(file));
        CORE_ASSIGN(auto content, SealedContent::open(file, key));
        return MappedFile(std::move(content), identityOf(info));
    }
    void* address = ::mmap(nullptr, size_t(info.st_size), PROT_READ, MAP_PRIVATE, fd, 0);
    if (address == MAP_FAILED)
        return Error{ErrorCode::ResourceExhausted,
                     std::string("Cannot map the weights: ") + std::strerror(errno), file.string()};
#if defined(MADV_HUGEPAGE)
    // A wish: file systems with large folios read the file into huge pages then.
    ::madvise(address, size_t(info.st_size), MADV_HUGEPAGE);
#endif
    return MappedFile(std::span(static_cast<const std::byte*>(address), size_t(info.st_size)),
                      identityOf(info));
}

MappedFile::MappedFile(std::span<const std::byte> bytes, const FileIdentity& identity)
    : m_bytes(bytes), m_identity(identity) {}

MappedFile::MappedFile(std::unique_ptr<SealedContent> sealed, const FileIdentity& identity)
    : m_sealed(std::move(sealed)), m_bytes(m_sealed->bytes()), m_identity(identity) {}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : m_sealed(std::move(other.m_sealed)),
      m_bytes(std::exchange(other.m_bytes, {})),
      m_identity(other.m_identity) {}

core::Status MappedFile::load(uint64_t offset, uint64_t count) const {
    return m_sealed ? m_sealed->load(offset, count) : core::Status();
}

MappedFile::~MappedFile() {
    if (!m_sealed && !m_bytes.empty())
        ::munmap(const_cast<std::byte*>(m_bytes.data()), m_bytes.size());
}

}  // namespace hearth::engine
