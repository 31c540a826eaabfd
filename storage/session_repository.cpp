#include "storage/session_repository.h"

#include "storage/sqlite/list_query.h"

namespace hearth::storage {

core::Status SessionRepository::create(const Session& session) {
    return insertRow(m_database, "session",
                     "INSERT INTO sessions(token_hash, owner_id, department_id, address, "
                     "created_at, expires_at) VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
                     session.tokenHash, session.owner.userId, session.owner.departmentId,
                     session.address, session.createdAt, session.expiresAt);
}

core::Result<Session> SessionRepository::find(const std::string& tokenHash, std::int64_t now) {
    auto query = m_database.prepare(
        "SELECT s.owner_id, s.department_id, s.address, s.created_at, s.expires_at "
        "FROM sessions s JOIN users u ON u.id = s.owner_id "
        "WHERE s.token_hash = ?1 AND s.expires_at > ?2 AND NOT u.disabled",
        tokenHash, now);
    if (!query.step())
        return notFound("session", "");
    Session session;
    session.tokenHash = tokenHash;
    session.owner = {query.text(0), query.text(1)};
    session.address = query.text(2);
    session.createdAt = query.integer(3);
    session.expiresAt = query.integer(4);
    return session;
}

void SessionRepository::remove(const std::string& tokenHash) {
    m_database.execute("DELETE FROM sessions WHERE token_hash = ?1", tokenHash);
}

void SessionRepository::removeAllOf(const std::string& userId) {
    m_database.execute("DELETE FROM sessions WHERE owner_id = ?1", userId);
}

std::int64_t SessionRepository::removeExpired(std::int64_t now) {
    return m_database.execute("DELETE FROM sessions WHERE expires_at <= ?1", now);
}

}  // namespace hearth::storage
