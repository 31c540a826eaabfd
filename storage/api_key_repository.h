#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "storage/scope.h"

namespace hearth::storage {

class Connection;

struct ApiKey {
    std::string id;
    Owner owner;
    std::string hash;
    std::string prefix;
    std::string name;
    std::vector<std::string> permissions;  // names without commas
    double weight = 1.0;                   // above 0: of its requests in fair sharing
    std::int64_t createdAt = 0;
    std::optional<std::int64_t> expiresAt;
    std::optional<std::int64_t> lastUsedAt;
    std::optional<std::int64_t> revokedAt;
};

/// Safe from any thread.
class ApiKeyRepository {
public:
    explicit ApiKeyRepository(Connection& database) : m_database(database) {}

    core::Status create(const ApiKey& key);
    /// The key that works at `now`: not revoked, not expired, its user not disabled.
    core::Result<ApiKey> findUsable(const std::string& hash, std::int64_t now);
    core::Result<ApiKey> find(const Scope& scope, const std::string& id);
    Listed<ApiKey> list(const Scope& scope, const Page& page);
    /// Errors: NotFound; Conflict when it is revoked already.
    core::Status revoke(const Scope& scope, const std::string& id, std::int64_t now);

    struct Use {
        std::string id;
        std::int64_t time = 0;
    };
    /// Many at once: a commit for each request would be the slowest part of serving it.
    void recordUses(const std::vector<Use>& uses);

private:
    Connection& m_database;
};

}  // namespace hearth::storage
