#include "storage/api_key_repository.h"

#include "core/strings.h"
#include "storage/sqlite/list_query.h"

namespace hearth::storage {
namespace {

constexpr const char* kColumns =
    "id, owner_id, department_id, hash, prefix, name, permissions, created_at, expires_at, "
    "last_used_at, revoked_at, weight";

ApiKey readKey(const Statement& row) {
    ApiKey key;
    key.id = row.text(0);
    key.owner = {row.text(1), row.text(2)};
    key.hash = row.text(3);
    key.prefix = row.text(4);
    key.name = row.text(5);
    const std::string permissions = row.text(6);
    if (!permissions.empty()) {
        for (const std::string_view name : core::split(permissions, ','))
            key.permissions.emplace_back(name);
    }
    key.createdAt = row.integer(7);
    key.expiresAt = row.optionalInteger(8);
    key.lastUsedAt = row.optionalInteger(9);
    key.revokedAt = row.optionalInteger(10);
    key.weight = row.number(11);
    return key;
}

}  // namespace

core::Status ApiKeyRepository::create(const ApiKey& key) {
    for (const std::string& name : key.permissions)
        CORE_ASSERT(!name.empty() && name.find(',') == name.npos);
    return insertRow(m_database, "key",
                     "INSERT INTO api_keys(id, owner_id, department_id, hash, prefix, name, "
                     "permissions, created_at, expires_at, weight) "
                     "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                     key.id, key.owner.userId, key.owner.departmentId, key.hash, key.prefix,
                     key.name, core::join(key.permissions, ","), key.createdAt, key.expiresAt,
                     key.weight);
}

core::Result<ApiKey> ApiKeyRepository::findUsable(const std::string& hash, std::int64_t now) {
    auto query =
        m_database.prepare("SELECT " + std::string(kColumns) +
                               " FROM api_keys WHERE hash = ?1 AND revoked_at IS NULL "
                               "AND (expires_at IS NULL OR expires_at > ?2) "
                               "AND NOT (SELECT disabled FROM users WHERE users.id = owner_id)",
                           hash, now);
    if (!query.step())
        return notFound("key", "");
    return readKey(query);
}

core::Result<ApiKey> ApiKeyRepository::find(const Scope& scope, const std::string& id) {
    auto query = m_database.prepare(
        "SELECT " + std::string(kColumns) + " FROM api_keys WHERE " + kInScope + " AND id = ?3",
        scope.seesEverything(), scope.departmentId(), id);
    if (!query.step())
        return notFound("key", id);
    return readKey(query);
}

Listed<ApiKey> ApiKeyRepository::list(const Scope& scope, const Page& page) {
    return listPage<ApiKey>(m_database, {.columns = kColumns, .table = "api_keys"}, scope, page,
                            readKey);
}

core::Status ApiKeyRepository::revoke(const Scope& scope, const std::string& id, std::int64_t now) {
    Transaction transaction(m_database);
    CORE_ASSIGN(const ApiKey key, find(scope, id));
    if (key.revokedAt)
        return core::Error{core::ErrorCode::Conflict, "the key is revoked already", id};
    m_database.execute("UPDATE api_keys SET revoked_at = ?2 WHERE id = ?1", id, now);
    transaction.commit();
    return {};
}

void ApiKeyRepository::recordUses(const std::vector<Use>& uses) {
    Transaction transaction(m_database);
    for (const Use& use : uses)
        m_database.execute(
            "UPDATE api_keys SET last_used_at = max(coalesce(last_used_at, 0), ?2) WHERE id = ?1",
            use.id, use.time);
    transaction.commit();
}

}  // namespace hearth::storage
