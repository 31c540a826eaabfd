#include "app/services/files/file_service.h"

#include "app/services/accounts/scope_of.h"
#include "app/services/files/row_reader.h"
#include "core/crypto/random.h"
#include "core/crypto/sha256.h"
#include "core/file.h"
#include "core/log.h"
#include "core/strings.h"

namespace hearth::app {
namespace {

constexpr size_t kMaxFilename = 255;

core::Error invalid(const std::string& message, const char* parameter) {
    return {core::ErrorCode::InvalidArgument, message, parameter};
}

core::Error notFound(const std::string& id) {
    return {core::ErrorCode::NotFound, "there is no file '" + id + "'", "file_id"};
}

}  // namespace

core::Result<AddedFile> FileService::add(const Principal& owner, const std::string& filename,
                                         const std::string& purpose, std::string_view content) {
    if (filename.empty() || filename.size() > kMaxFilename || !core::isValidUtf8(filename))
        return invalid("the file needs a name of 1 to 255 bytes of UTF-8", "file");
    CORE_ASSIGN(auto check, checkUpload(purpose, content, core::printable(filename)));
    const auto bytes = core::asBytes(content);
    storage::StoredFile file{.id = core::randomId("file-"),
                             .owner = ownerOf(owner),
                             .filename = filename,
                             .bytes = int64_t(content.size()),
                             .purpose = purpose,
                             .status = storage::FileStatus::Processed,
                             .sha256 = core::sha256Hex(bytes),
                             .lineCount = check.entries,
                             .container = check.container,
                             .form = check.form,
                             .createdAt = m_clock.unixSeconds()};
    CORE_ASSIGN(file.blobId, m_blobs.put(file.owner, bytes));
    if (const auto created = m_files.create(file); !created) {
        if (const auto removed = m_blobs.remove(scopeOf(owner), file.blobId); !removed)
            core::logError("a blob without a file is left until the next start", removed.error());
        return created.error();
    }
    return AddedFile{std::move(file), std::move(check.preview)};
}

core::Result<storage::StoredFile> FileService::find(const Principal& principal,
                                                    const std::string& id) {
    auto file = m_files.find(scopeOf(principal), id);
    return file ? std::move(file) : notFound(id);
}

storage::Listed<storage::StoredFile> FileService::list(const Principal& principal,
                                                       const storage::Page& page,
                                                       const std::string& purpose) {
    return m_files.list(scopeOf(principal), page, purpose);
}

core::Result<std::vector<std::byte>> FileService::content(const Principal& principal,
                                                          const std::string& id) {
    CORE_ASSIGN(const storage::StoredFile file, find(principal, id));
    return m_blobs.read(scopeOf(principal), file.blobId);
}

core::Result<FileRows> FileService::rows(const Principal& principal, const std::string& id,
                                         const RowQuery& query) {
    CORE_ASSIGN(const storage::StoredFile file, find(principal, id));
    CORE_ASSIGN(const auto text, m_blobs.read(scopeOf(principal), file.blobId));
    return readRows(core::asText(text), file.form, query);
}

core::Status FileService::remove(const Principal& principal, const std::string& id) {
    CORE_ASSIGN(const storage::StoredFile file, find(principal, id));
    CORE_TRY(m_index.keepForJobs(file));
    CORE_TRY(m_files.remove(scopeOf(principal), id));
    CORE_TRY(m_index.dropUnlessUsed(file));
    return m_blobs.remove(scopeOf(principal), file.blobId);
}

}  // namespace hearth::app
