#include "finetune/jobs/job_files.h"

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "core/crypto/sealed_file.h"
#include "core/file.h"
#include "core/strings.h"

namespace hearth::finetune {

namespace fs = std::filesystem;

namespace {

constexpr const char* kPendingMark = ".pending";

core::Error ioError(const std::error_code& error, std::string_view action, const fs::path& path) {
    return core::errnoError(error.value(), action, path);
}

/// A trailing separator would make "x/" + ".pending" a file inside of x.
fs::path withoutTrailingSeparator(const fs::path& path) {
    return path.has_filename() ? path : path.parent_path();
}

}  // namespace

core::Result<std::string> readDataset(const DatasetRef& dataset, const JobKeys& keys) {
    CORE_ASSIGN(const core::SecureBytes* key, keys.find(dataset.key));
    CORE_ASSIGN(const std::vector<std::byte> bytes, readJobFile(dataset.path, key));
    std::string text(core::asText(bytes));
    if (!core::isValidUtf8(text))
        return core::Error{core::ErrorCode::InvalidArgument, "the data set is not UTF-8 text",
                           dataset.path};
    return text;
}

core::Status writeJobFile(const fs::path& path, std::span<const std::byte> bytes,
                          const core::SecureBytes* key) {
    return key ? core::writeSealed(path, *key, bytes) : core::writeFileAtomic(path, bytes);
}

core::Result<std::vector<std::byte>> readJobFile(const fs::path& path,
                                                 const core::SecureBytes* key) {
    return key ? core::readSealed(path, *key) : core::readFile(path);
}

core::Result<PendingDirectory> PendingDirectory::create(const fs::path& requested) {
    const fs::path target = withoutTrailingSeparator(fs::absolute(requested).lexically_normal());
    const fs::path pending = target.string() + kPendingMark;
    CORE_TRY(core::createDirectories(target.parent_path()));
    std::error_code error;
    fs::remove_all(pending, error);
    if (error)
        return ioError(error, "remove", pending);
    CORE_TRY(core::createDirectories(pending));
    return PendingDirectory(target, pending);
}

PendingDirectory::PendingDirectory(fs::path target, fs::path pending)
    : m_target(std::move(target)), m_pending(std::move(pending)) {}

PendingDirectory::PendingDirectory(PendingDirectory&& other) noexcept
    : m_target(std::move(other.m_target)), m_pending(std::exchange(other.m_pending, {})) {}

PendingDirectory::~PendingDirectory() {
    std::error_code ignored;
    if (!m_pending.empty())
        fs::remove_all(m_pending, ignored);
}

core::Status PendingDirectory::publish() {
    CORE_TRY(core::fsyncDirectory(m_pending));
    if (fs::exists(m_target))
        return core::Error{core::ErrorCode::AlreadyExists, "there is something already",
                           m_target.string()};
    if (std::rename(m_pending.c_str(), m_target.c_str()) != 0)
        return core::errnoError(errno, "rename", m_pending);
    m_pending.clear();
    return core::fsyncDirectory(m_target.parent_path());
}

}  // namespace hearth::finetune
