#pragma once
#include <cstdint>
#include <string>

#include "core/result.h"
#include "storage/scope.h"

namespace hearth::storage {

class Connection;

struct Session {
    std::string tokenHash;
    Owner owner;
    std::string address;
    std::int64_t createdAt = 0;
    std::int64_t expiresAt = 0;
};

/// Logins. Only the token's hash is kept. Safe from any thread.
class SessionRepository {
public:
    explicit SessionRepository(Connection& database) : m_database(database) {}

    core::Status create(const Session& session);
    /// NotFound also for one that has expired by `now` or whose user is disabled.
    core::Result<Session> find(const std::string& tokenHash, std::int64_t now);
    void remove(const std::string& tokenHash);
    void removeAllOf(const std::string& userId);
    /// How many expired ones went.
    std::int64_t removeExpired(std::int64_t now);

private:
    Connection& m_database;
};

}  // namespace hearth::storage
