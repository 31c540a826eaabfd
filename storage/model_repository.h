#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "storage/scope.h"

namespace hearth::storage {

class Connection;

enum class ModelKind { Base, Adapter };
enum class Visibility { Department, Everyone };

struct ModelRow {
    std::string id;  // the name that requests use
    Owner owner;
    ModelKind kind = ModelKind::Base;
    std::optional<std::string> baseModelId;  // of an adapter
    std::optional<std::string> jobId;        // that made it
    std::optional<std::string> path;         // of a base model's folder
    Visibility visibility = Visibility::Department;
    std::string metadata = "{}";  // JSON
    std::int64_t createdAt = 0;
    bool wanted = true;  // to be served; false: kept on disk only
    /// Of a private base model: opens the sealed files in its folder (core/crypto/key_wrap.h, bound
    /// to the id). Empty: they are plain. Goes with the row.
    std::vector<std::byte> wrappedKey = {};

    /// A base model whose weights are encrypted at rest, or an adapter, whose files always are.
    bool isPrivate() const { return kind == ModelKind::Adapter || !wrappedKey.empty(); }
};

struct ModelFile {
    std::string name;  // "adapter_config.json"
    std::string blobId;
    std::int64_t bytes = 0;  // plain; read only
};

/// What one file of a model holds, decrypted.
struct ModelContent {
    std::string name;
    std::int64_t bytes = 0;
    std::string sha256;  // hex
};

/// Models that can be served. A department sees its own and those for everyone.
/// Safe from any thread.
class ModelRepository {
public:
    explicit ModelRepository(Connection& database) : m_database(database) {}

    /// The row, its encrypted files and what is known of its contents in one step.
    core::Status create(const ModelRow& model, const std::vector<ModelFile>& files = {},
                        const std::vector<ModelContent>& contents = {});
    core::Result<ModelRow> find(const Scope& scope, const std::string& id);
    Listed<ModelRow> list(const Scope& scope, const Page& page);
    std::vector<ModelFile> files(const Scope& scope, const std::string& id);
    /// Errors: NotFound.
    core::Status setWanted(const Scope& scope, const std::string& id, bool wanted);
    /// By name; empty when nobody has recorded them yet.
    std::vector<ModelContent> contents(const Scope& scope, const std::string& id);
    /// Replaces what was recorded. Errors: NotFound.
    core::Status setContents(const std::string& id, const std::vector<ModelContent>& contents);
    /// Rows only; remove the blobs of files() after. Only within the owner's department.
    /// Errors: NotFound; Conflict while an adapter is based on it.
    core::Status remove(const Scope& scope, const std::string& id);

private:
    Connection& m_database;
};

}  // namespace hearth::storage
