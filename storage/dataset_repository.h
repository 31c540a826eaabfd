#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "storage/scope.h"

namespace hearth::storage {

class Connection;

struct DatasetRow {
    std::string id;
    Owner owner;
    std::string name;  // unique in its department
    std::int64_t createdAt = 0;
};

/// One state of a data set; never changed.
struct DatasetVersionRow {
    std::string id;
    std::string datasetId;
    Owner owner;
    std::int64_t number = 0;  // from 1
    std::string fileId;       // that holds it
    std::string sha256;       // of its content
    std::string kind;         // chat, text, preference, prompt
    std::int64_t rowCount = 0;
    std::string source = "{}";  // JSON: what it was made of
    std::int64_t createdAt = 0;
};

/// Where the sealed hashes of a training file's rows lie.
struct RowHashesRow {
    std::string fileId;
    std::string filename;
    Owner owner;
    std::string blobId;
};

/// Safe from any thread.
class DatasetRepository {
public:
    explicit DatasetRepository(Connection& database) : m_database(database) {}

    core::Status create(const DatasetRow& dataset);
    /// By id or by name; a name of the department goes before that of another one that the scope
    /// sees.
    core::Result<DatasetRow> find(const Scope& scope, const std::string& departmentId,
                                  const std::string& idOrName);
    Listed<DatasetRow> list(const Scope& scope, const Page& page);
    /// The row only; its versions must be gone. Errors: NotFound.
    core::Status remove(const Scope& scope, const std::string& id);

    core::Status addVersion(const DatasetVersionRow& version);
    Listed<DatasetVersionRow> versions(const Scope& scope, const std::string& datasetId,
                                       const Page& page);
    core::Result<DatasetVersionRow> version(const Scope& scope, const std::string& datasetId,
                                            std::int64_t number);
    std::optional<DatasetVersionRow> newestVersion(const Scope& scope,
                                                   const std::string& datasetId);
    std::optional<DatasetVersionRow> versionOfFile(const Scope& scope, const std::string& fileId);
    core::Status removeVersion(const Scope& scope, const std::string& id);

    /// Replaces what was kept for the file.
    void keepRowHashes(const RowHashesRow& hashes);
    std::optional<RowHashesRow> rowHashes(const Scope& scope, const std::string& fileId);
    std::vector<RowHashesRow> allRowHashes(const Scope& scope);
    void dropRowHashes(const Scope& scope, const std::string& fileId);

private:
    Connection& m_database;
};

}  // namespace hearth::storage
