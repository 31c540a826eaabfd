#include "storage/model_repository.h"

#include "storage/sqlite/list_query.h"

namespace hearth::storage {
namespace {

constexpr const char* kColumns =
    "id, owner_id, department_id, kind, base_model_id, job_id, path, visibility, metadata, "
    "created_at";
constexpr const char* kVisible = "(?1 OR department_id = ?2 OR visibility = 'everyone')";

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
    return model;
}

}  // namespace

core::Status ModelRepository::create(const ModelRow& model, const std::vector<ModelFile>& files) {
    Transaction transaction(m_database);
    CORE_TRY(insertRow(
        m_database, "model",
        "INSERT INTO models(id, owner_id, department_id, kind, base_model_id, job_id, path, "
        "visibility, metadata, created_at) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        model.id, model.owner.userId, model.owner.departmentId,
        model.kind == ModelKind::Adapter ? "adapter" : "base", model.baseModelId, model.jobId,
        model.path, model.visibility == Visibility::Everyone ? "everyone" : "department",
        model.metadata, model.createdAt));
    for (const ModelFile& file : files)
        CORE_TRY(insertRow(m_database, "model file",
                           "INSERT INTO model_files(model_id, name, owner_id, department_id, "
                           "blob_id) VALUES(?1, ?2, ?3, ?4, ?5)",
                           model.id, file.name, model.owner.userId, model.owner.departmentId,
                           file.blobId));
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
    auto query = m_database.prepare("SELECT name, blob_id FROM model_files WHERE " +
                                        std::string(kInScope) + " AND model_id = ?3 ORDER BY name",
                                    scope.seesEverything(), scope.departmentId(), id);
    while (query.step())
        found.push_back({query.text(0), query.text(1)});
    return found;
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
