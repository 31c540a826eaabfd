#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "storage/scope.h"

namespace hearth::storage {

class Connection;

struct BlobRow {
    std::string id;
    Owner owner;
    std::vector<std::byte> wrappedKey;
    std::int64_t plainBytes = 0;
    std::int64_t createdAt = 0;
};

/// The rows of the blob store (blobs/blob_store.h), which alone should use them.
class BlobRepository {
public:
    explicit BlobRepository(Connection& database) : m_database(database) {}

    core::Status create(const BlobRow& row);
    core::Result<BlobRow> find(const Scope& scope, const std::string& id);
    /// Errors: NotFound; Conflict while a file or a model refers to it.
    core::Status remove(const Scope& scope, const std::string& id);
    std::vector<std::string> allIds();
    std::optional<BlobRow> any();

private:
    Connection& m_database;
};

}  // namespace hearth::storage
