#include "storage/file_repository.h"

#include "storage/sqlite/list_query.h"

namespace hearth::storage {
namespace {

constexpr const char* kColumns =
    "id, owner_id, department_id, blob_id, filename, bytes, purpose, status, status_details, "
    "sha256, line_count, container, form, created_at, seq";

FileStatus statusFrom(const std::string& name) {
    for (const FileStatus status : {FileStatus::Uploaded, FileStatus::Processed}) {
        if (name == fileStatusName(status))
            return status;
    }
    return FileStatus::Error;
}

StoredFile readFileRow(const Statement& row) {
    StoredFile file;
    file.id = row.text(0);
    file.owner = {row.text(1), row.text(2)};
    file.blobId = row.text(3);
    file.filename = row.text(4);
    file.bytes = row.integer(5);
    file.purpose = row.text(6);
    file.status = statusFrom(row.text(7));
    file.statusDetails = row.optionalText(8);
    file.sha256 = row.text(9);
    file.lineCount = row.integer(10);
    file.container = row.text(11);
    file.form = row.text(12);
    file.createdAt = row.integer(13);
    file.seq = row.integer(14);
    return file;
}

}  // namespace

const char* fileStatusName(FileStatus status) {
    switch (status) {
        case FileStatus::Uploaded:
            return "uploaded";
        case FileStatus::Processed:
            return "processed";
        case FileStatus::Error:
            break;
    }
    return "error";
}

core::Status FileRepository::create(const StoredFile& file) {
    return insertRow(m_database, "file",
                     "INSERT INTO files(id, owner_id, department_id, blob_id, filename, bytes, "
                     "purpose, status, status_details, sha256, line_count, container, form, "
                     "created_at) "
                     "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
                     file.id, file.owner.userId, file.owner.departmentId, file.blobId,
                     file.filename, file.bytes, file.purpose, fileStatusName(file.status),
                     file.statusDetails, file.sha256, file.lineCount, file.container, file.form,
                     file.createdAt);
}

core::Result<StoredFile> FileRepository::find(const Scope& scope, const std::string& id) {
    auto query = m_database.prepare(
        "SELECT " + std::string(kColumns) + " FROM files WHERE " + kInScope + " AND id = ?3",
        scope.seesEverything(), scope.departmentId(), id);
    if (!query.step())
        return notFound("file", id);
    return readFileRow(query);
}

Listed<StoredFile> FileRepository::list(const Scope& scope, const Page& page,
                                        const std::string& purpose) {
    return listPage<StoredFile>(
        m_database, {.columns = kColumns, .table = "files", .where = "?5 = '' OR purpose = ?5"},
        scope, page, readFileRow, purpose);
}

std::optional<StoredFile> FileRepository::newest(const Scope& scope, const std::string& filename,
                                                 const std::string& purpose) {
    auto query = m_database.prepare(
        "SELECT " + std::string(kColumns) + " FROM files WHERE " + kInScope +
            " AND filename = ?3 AND purpose = ?4 AND status <> 'error' ORDER BY seq DESC LIMIT 1",
        scope.seesEverything(), scope.departmentId(), filename, purpose);
    if (!query.step())
        return {};
    return readFileRow(query);
}

core::Status FileRepository::setStatus(const Scope& scope, const std::string& id, FileStatus status,
                                       const std::optional<std::string>& details) {
    const std::int64_t changed = m_database.execute(
        "UPDATE files SET status = ?4, status_details = ?5 WHERE " + std::string(kInScope) +
            " AND id = ?3",
        scope.seesEverything(), scope.departmentId(), id, fileStatusName(status), details);
    return changed == 1 ? core::Status() : core::Status(notFound("file", id));
}

core::Status FileRepository::remove(const Scope& scope, const std::string& id) {
    try {
        const std::int64_t removed =
            m_database.execute("DELETE FROM files WHERE " + std::string(kInScope) + " AND id = ?3",
                               scope.seesEverything(), scope.departmentId(), id);
        return removed == 1 ? core::Status() : core::Status(notFound("file", id));
    } catch (const core::Exception& failed) {
        if (failed.error().code == core::ErrorCode::Conflict)
            return core::Error{
                core::ErrorCode::Conflict,
                "the file is a version of a data set, which never changes; delete the "
                "data set",
                id};
        throw;
    }
}

}  // namespace hearth::storage
