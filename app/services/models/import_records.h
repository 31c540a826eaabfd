// Imports that have not ended, on disk: a node that is started again goes on with them.
#pragma once
#include <filesystem>
#include <vector>

#include "app/services/models/import_request.h"
#include "core/result.h"
#include "storage/scope.h"

namespace hearth::app {

struct ImportRecord {
    std::string id;
    ImportRequest request;
    storage::Owner owner;
    int64_t createdAt = 0;
    /// How often it was begun and neither ended nor laid down: each time the node died over it.
    int64_t begun = 0;
};

/// A folder for each import under imports/: import.json and the model that is being made.
class ImportRecords {
public:
    explicit ImportRecords(std::filesystem::path root) : m_root(std::move(root)) {}

    /// Where the import `id` makes its model.
    std::filesystem::path modelFolder(const std::string& id) const { return m_root / id / "model"; }
    core::Status save(const ImportRecord& record) const;
    void remove(const std::string& id) const;
    /// Oldest first. Folders without a record that can be read are removed.
    std::vector<ImportRecord> load() const;

private:
    std::filesystem::path m_root;
};

}  // namespace hearth::app
