#include "storage/blob_repository.h"

#include "storage/sqlite/list_query.h"

namespace hearth::storage {
namespace {

const std::string kSelect =
    "SELECT id, owner_id, department_id, wrapped_key, plain_bytes, created_at FROM blobs WHERE ";

BlobRow readBlob(const Statement& query) {
    BlobRow row;
    row.id = query.text(0);
    row.owner = {query.text(1), query.text(2)};
    row.wrappedKey = query.blob(3);
    row.plainBytes = query.integer(4);
    row.createdAt = query.integer(5);
    return row;
}

}  // namespace

core::Status BlobRepository::create(const BlobRow& row) {
    return insertRow(m_database, "blob",
                     "INSERT INTO blobs(id, owner_id, department_id, wrapped_key, plain_bytes, "
                     "created_at) VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
                     row.id, row.owner.userId, row.owner.departmentId, row.wrappedKey,
                     row.plainBytes, row.createdAt);
}

core::Result<BlobRow> BlobRepository::find(const Scope& scope, const std::string& id) {
    auto query = m_database.prepare(kSelect + std::string(kInScope) + " AND id = ?3",
                                    scope.seesEverything(), scope.departmentId(), id);
    if (!query.step())
        return notFound("stored object", id);
    return readBlob(query);
}

core::Status BlobRepository::remove(const Scope& scope, const std::string& id) {
    try {
        const std::int64_t removed =
            m_database.execute("DELETE FROM blobs WHERE " + std::string(kInScope) + " AND id = ?3",
                               scope.seesEverything(), scope.departmentId(), id);
        return removed == 1 ? core::Status() : core::Status(notFound("stored object", id));
    } catch (const core::Exception& failed) {
        if (failed.error().code == core::ErrorCode::Conflict)
            return core::Error{core::ErrorCode::Conflict, "the stored object is still in use", id};
        throw;
    }
}

std::vector<std::string> BlobRepository::allIds() {
    std::vector<std::string> ids;
    auto query = m_database.prepare("SELECT id FROM blobs");
    while (query.step())
        ids.push_back(query.text(0));
    return ids;
}

std::optional<BlobRow> BlobRepository::any() {
    auto query = m_database.prepare(kSelect + "1 LIMIT 1");
    return query.step() ? std::optional(readBlob(query)) : std::nullopt;
}

}  // namespace hearth::storage
