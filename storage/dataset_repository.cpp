#include "storage/dataset_repository.h"

#include "storage/sqlite/list_query.h"

namespace hearth::storage {
namespace {

constexpr const char* kDatasetColumns = "id, owner_id, department_id, name, created_at";
constexpr const char* kVersionColumns =
    "id, dataset_id, owner_id, department_id, number, file_id, sha256, kind, row_count, source, "
    "created_at";
constexpr const char* kHashesColumns = "file_id, filename, owner_id, department_id, blob_id";

DatasetRow readDataset(const Statement& row) {
    return {row.text(0), {row.text(1), row.text(2)}, row.text(3), row.integer(4)};
}

DatasetVersionRow readVersion(const Statement& row) {
    return {.id = row.text(0),
            .datasetId = row.text(1),
            .owner = {row.text(2), row.text(3)},
            .number = row.integer(4),
            .fileId = row.text(5),
            .sha256 = row.text(6),
            .kind = row.text(7),
            .rowCount = row.integer(8),
            .source = row.text(9),
            .createdAt = row.integer(10)};
}

RowHashesRow readHashes(const Statement& row) {
    return {row.text(0), row.text(1), {row.text(2), row.text(3)}, row.text(4)};
}

std::string select(const char* columns, const char* table, const char* rest) {
    return "SELECT " + std::string(columns) + " FROM " + table + " WHERE " + kInScope + " AND " +
           rest;
}

}  // namespace

core::Status DatasetRepository::create(const DatasetRow& dataset) {
    return insertRow(m_database, "data set",
                     "INSERT INTO datasets(id, owner_id, department_id, name, created_at) "
                     "VALUES(?1, ?2, ?3, ?4, ?5)",
                     dataset.id, dataset.owner.userId, dataset.owner.departmentId, dataset.name,
                     dataset.createdAt);
}

core::Result<DatasetRow> DatasetRepository::find(const Scope& scope,
                                                 const std::string& departmentId,
                                                 const std::string& idOrName) {
    auto query =
        m_database.prepare(select(kDatasetColumns, "datasets",
                                  "(id = ?3 OR name = ?3) ORDER BY id = ?3 DESC, "
                                  "department_id = ?4 DESC, seq LIMIT 1"),
                           scope.seesEverything(), scope.departmentId(), idOrName, departmentId);
    if (!query.step())
        return notFound("data set", idOrName);
    return readDataset(query);
}

Listed<DatasetRow> DatasetRepository::list(const Scope& scope, const Page& page) {
    return listPage<DatasetRow>(m_database, {.columns = kDatasetColumns, .table = "datasets"},
                                scope, page, readDataset);
}

core::Status DatasetRepository::remove(const Scope& scope, const std::string& id) {
    const auto removed =
        m_database.execute("DELETE FROM datasets WHERE " + std::string(kInScope) + " AND id = ?3",
                           scope.seesEverything(), scope.departmentId(), id);
    return removed == 1 ? core::Status() : core::Status(notFound("data set", id));
}

core::Status DatasetRepository::addVersion(const DatasetVersionRow& version) {
    return insertRow(
        m_database, "version",
        "INSERT INTO dataset_versions(id, dataset_id, owner_id, department_id, number, "
        "file_id, sha256, kind, row_count, source, created_at) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        version.id, version.datasetId, version.owner.userId, version.owner.departmentId,
        version.number, version.fileId, version.sha256, version.kind, version.rowCount,
        version.source, version.createdAt);
}

Listed<DatasetVersionRow> DatasetRepository::versions(const Scope& scope,
                                                      const std::string& datasetId,
                                                      const Page& page) {
    return listPage<DatasetVersionRow>(
        m_database,
        {.columns = kVersionColumns, .table = "dataset_versions", .where = "dataset_id = ?5"},
        scope, page, readVersion, datasetId);
}

core::Result<DatasetVersionRow> DatasetRepository::version(const Scope& scope,
                                                           const std::string& datasetId,
                                                           std::int64_t number) {
    auto query = m_database.prepare(
        select(kVersionColumns, "dataset_versions", "dataset_id = ?3 AND number = ?4"),
        scope.seesEverything(), scope.departmentId(), datasetId, number);
    if (!query.step())
        return notFound("version", std::to_string(number));
    return readVersion(query);
}

std::optional<DatasetVersionRow> DatasetRepository::newestVersion(const Scope& scope,
                                                                  const std::string& datasetId) {
    auto query = m_database.prepare(
        select(kVersionColumns, "dataset_versions", "dataset_id = ?3 ORDER BY number DESC LIMIT 1"),
        scope.seesEverything(), scope.departmentId(), datasetId);
    return query.step() ? std::optional(readVersion(query)) : std::nullopt;
}

std::optional<DatasetVersionRow> DatasetRepository::versionOfFile(const Scope& scope,
                                                                  const std::string& fileId) {
    auto query = m_database.prepare(select(kVersionColumns, "dataset_versions", "file_id = ?3"),
                                    scope.seesEverything(), scope.departmentId(), fileId);
    return query.step() ? std::optional(readVersion(query)) : std::nullopt;
}

core::Status DatasetRepository::removeVersion(const Scope& scope, const std::string& id) {
    const auto removed = m_database.execute(
        "DELETE FROM dataset_versions WHERE " + std::string(kInScope) + " AND id = ?3",
        scope.seesEverything(), scope.departmentId(), id);
    return removed == 1 ? core::Status() : core::Status(notFound("version", id));
}

void DatasetRepository::keepRowHashes(const RowHashesRow& hashes) {
    m_database.execute(
        "INSERT OR REPLACE INTO file_row_hashes(file_id, filename, owner_id, department_id, "
        "blob_id) VALUES(?1, ?2, ?3, ?4, ?5)",
        hashes.fileId, hashes.filename, hashes.owner.userId, hashes.owner.departmentId,
        hashes.blobId);
}

std::optional<RowHashesRow> DatasetRepository::rowHashes(const Scope& scope,
                                                         const std::string& fileId) {
    auto query = m_database.prepare(select(kHashesColumns, "file_row_hashes", "file_id = ?3"),
                                    scope.seesEverything(), scope.departmentId(), fileId);
    return query.step() ? std::optional(readHashes(query)) : std::nullopt;
}

std::vector<RowHashesRow> DatasetRepository::allRowHashes(const Scope& scope) {
    auto query = m_database.prepare(select(kHashesColumns, "file_row_hashes", "1 ORDER BY file_id"),
                                    scope.seesEverything(), scope.departmentId());
    std::vector<RowHashesRow> all;
    while (query.step())
        all.push_back(readHashes(query));
    return all;
}

void DatasetRepository::dropRowHashes(const Scope& scope, const std::string& fileId) {
    m_database.execute(
        "DELETE FROM file_row_hashes WHERE " + std::string(kInScope) + " AND file_id = ?3",
        scope.seesEverything(), scope.departmentId(), fileId);
}

}  // namespace hearth::storage
