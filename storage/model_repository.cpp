#include "storage/model_repository.h"

#include "storage/sqlite/list_query.h"

namespace hearth::storage {
namespace {

constexpr const char* kColumns =
    "id, owner_id, department_id, kind, base_model_id, job_id, path, visibility, metadata, "
    "created_at, wanted, wrapped_key";
constexpr const char* kVisible = "(?1 OR department_id = ?2 OR visibility = 'everyone')";

/// Empty: NULL.
std::optional<std::vector<std::byte>> keyColumn(const std::vector<std::byte>& key) {
    return key.empty() ? std::nullopt : std::optional(key);
}

ModelRow readModel(const Statement& row) {
    ModelRow model;
    model.id = row.text(0);
    model.owner = {row.text(1), row.text(2)};
    model.kind = row.text(3) == "adapter" ? ModelKind::Adapter : ModelKind::Base;
    model.baseModelId = row.optionalText(4);
    model.jobId = row.optionalText(5);
    model.path = row.optionalText(6);
    model.visibility = row.text(7) == "everyone" ? Visibility::Everyone : Visibility::Department;
    model.metadata = row.text(8);
    model.createdAt = row.integer(9);
    model.wanted = row.boolean(10);
    model.wrappedKey = row.blob(11);
    return model;
}

}  // namespace

core::Status ModelRepository::create(const ModelRow& model, const std::vector<ModelFile>& files,
                                     const std::vector<ModelContent>& contents) {
    Transaction transaction(m_database);
    CORE_TRY(insertRow(
        m_database, "model",
        "INSERT INTO models(id, owner_id, department_id, kind, base_model_id, job_id, path, "
        "visibility, metadata, created_at, wanted, wrapped_key) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        model.id, model.owner.userId, model.owner.departmentId,
        model.kind == ModelKind::Adapter ? "adapter" : "base", model.baseModelId, model.jobId,
        model.path, model.visibility == Visibility::Everyone ? "everyone" : "department",
        model.metadata, model.createdAt, model.wanted, keyColumn(model.wrappedKey)));
    for (const ModelFile& file : files)
        CORE_TRY(insertRow(m_database, "model file",
                           "INSERT INTO model_files(model_id, name, owner_id, department_id, "
                           "blob_id) VALUES(?1, ?2, ?3, ?4, ?5)",
                           model.id, file.name, model.owner.userId, model.owner.departmentId,
                           file.blobId));
    CORE_TRY(setContents(model.id, contents));
    transaction.commit();
    return {};
}

core::Result<ModelRow> ModelRepository::find(const Scope& scope, const std::string& id) {
    auto query = m_database.prepare(
        "SELECT " + std::string(kColumns) + " FROM models WHERE " + kVisible + " AND id = ?3",
        scope.seesEverything(), scope.departmentId(), id);
    if (!query.step())
        return notFound("model", id);
    return readModel(query);
}

Listed<ModelRow> ModelRepository::list(const Scope& scope, const Page& page) {
    return listPage<ModelRow>(m_database,
                              {.columns = kColumns, .table = "models", .scope = kVisible}, scope,
                              page, readModel);
}

std::vector<ModelFile> ModelRepository::files(const Scope& scope, const std::string& id) {
    std::vector<ModelFile> found;
    auto query = m_database.prepare(
        "SELECT name, blob_id, (SELECT plain_bytes FROM blobs WHERE id = blob_id) "
        "FROM model_files WHERE " +
            std::string(kInScope) + " AND model_id = ?3 ORDER BY name",
        scope.seesEverything(), scope.departmentId(), id);
    while (query.step())
        found.push_back({query.text(0), query.text(1), query.integer(2)});
    return found;
}

core::Status ModelRepository::setWanted(const Scope& scope, const std::string& id, bool wanted) {
    const std::int64_t changed = m_database.execute(
        "UPDATE models SET wanted = ?4 WHERE " + std::string(kInScope) + " AND id = ?3",
        scope.seesEverything(), scope.departmentId(), id, wanted);
    return changed == 1 ? core::Status() : core::Status(notFound("model", id));
}

std::vector<ModelContent> ModelRepository::contents(const Scope& scope, const std::string& id) {
    std::vector<ModelContent> found;
    auto query = m_database.prepare("SELECT name, bytes, sha256 FROM model_contents WHERE " +
                                        std::string(kInScope) + " AND model_id = ?3 ORDER BY name",
                                    scope.seesEverything(), scope.departmentId(), id);
    while (query.step())
        found.push_back({query.text(0), query.integer(1), query.text(2)});
    return found;
}

core::Status ModelRepository::setContents(const std::string& id,
                                          const std::vector<ModelContent>& contents) {
    Transaction transaction(m_database);
    m_database.execute("DELETE FROM model_contents WHERE model_id = ?1", id);
    for (const ModelContent& content : contents) {
        const std::int64_t added = m_database.execute(
            "INSERT INTO model_contents(model_id, name, owner_id, department_id, bytes, sha256) "
            "SELECT id, ?2, owner_id, department_id, ?3, ?4 FROM models WHERE id = ?1",
            id, content.name, content.bytes, content.sha256);
        if (added != 1)
            return notFound("model", id);
    }
    transaction.commit();
    return {};
}

core::Status ModelRepository::remove(const Scope& scope, const std::string& id) {
    try {
        const std::int64_t removed =
            m_database.execute("DELETE FROM models WHERE " + std::string(kInScope) + " AND id = ?3",
                               scope.seesEverything(), scope.departmentId(), id);
        return removed == 1 ? core::Status() : core::Status(notFound("model", id));
    } catch (const core::Exception& failed) {
        if (failed.error().code == core::ErrorCode::Conflict)
            return core::Error{core::ErrorCode::Conflict, "an adapter is based on this model", id};
        throw;
    }
}

}  // namespace hearth::storage
