#include "storage/user_repository.h"

#include "storage/sqlite/list_query.h"

namespace hearth::storage {
namespace {

constexpr const char* kColumns =
    "id, department_id, name, password_hash, role, disabled, failed_logins, blocked_until, "
    "created_at, last_login_at";

const char* roleName(Role role) {
    return role == Role::Admin ? "admin" : "user";
}

User readUser(const Statement& row) {
    User user;
    user.id = row.text(0);
    user.departmentId = row.text(1);
    user.name = row.text(2);
    user.passwordHash = row.text(3);
    user.role = row.text(4) == "admin" ? Role::Admin : Role::User;
    user.disabled = row.boolean(5);
    user.failedLogins = row.integer(6);
    user.blockedUntil = row.integer(7);
    user.createdAt = row.integer(8);
    user.lastLoginAt = row.optionalInteger(9);
    return user;
}

core::Status changedOne(std::int64_t changes, const std::string& id) {
    return changes == 1 ? core::Status() : core::Status(notFound("user", id));
}

}  // namespace

std::int64_t loginDelaySeconds(std::int64_t failedLogins) {
    constexpr std::int64_t kFree = 3, kMost = 300;
    if (failedLogins <= kFree)
        return 0;
    return std::min(kMost, std::int64_t{1} << std::min<std::int64_t>(failedLogins - kFree, 10));
}

core::Status UserRepository::createDepartment(const Department& department) {
    return insertRow(m_database, "department",
                     "INSERT INTO departments(id, name, created_at) VALUES(?1, ?2, ?3)",
                     department.id, department.name, department.createdAt);
}

std::vector<Department> UserRepository::departments() {
    std::vector<Department> all;
    auto query = m_database.prepare("SELECT id, name, created_at FROM departments ORDER BY seq");
    while (query.step())
        all.push_back({query.text(0), query.text(1), query.integer(2)});
    return all;
}

core::Status UserRepository::create(const User& user) {
    return insertRow(m_database, "user",
                     "INSERT INTO users(id, department_id, name, password_hash, role, disabled, "
                     "created_at) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                     user.id, user.departmentId, user.name, user.passwordHash, roleName(user.role),
                     user.disabled, user.createdAt);
}

core::Result<User> UserRepository::find(const std::string& id) {
    auto query =
        m_database.prepare("SELECT " + std::string(kColumns) + " FROM users WHERE id = ?1", id);
    if (!query.step())
        return notFound("user", id);
    return readUser(query);
}

core::Result<User> UserRepository::findByName(const std::string& name) {
    auto query =
        m_database.prepare("SELECT " + std::string(kColumns) + " FROM users WHERE name = ?1", name);
    if (!query.step())
        return notFound("user", name);
    return readUser(query);
}

Listed<User> UserRepository::list(const Scope& scope, const Page& page) {
    return listPage<User>(m_database, {.columns = kColumns, .table = "users"}, scope, page,
                          readUser);
}

core::Status UserRepository::setPassword(const std::string& id, const std::string& passwordHash) {
    return changedOne(
        m_database.execute("UPDATE users SET password_hash = ?2 WHERE id = ?1", id, passwordHash),
        id);
}

core::Status UserRepository::setDisabled(const std::string& id, bool disabled, std::int64_t now) {
    Transaction transaction(m_database);
    CORE_TRY(changedOne(
        m_database.execute("UPDATE users SET disabled = ?2 WHERE id = ?1", id, disabled), id));
    if (disabled) {
        m_database.execute("DELETE FROM sessions WHERE owner_id = ?1", id);
        m_database.execute(
            "UPDATE api_keys SET revoked_at = ?2 WHERE owner_id = ?1 AND revoked_at IS NULL", id,
            now);
    }
    transaction.commit();
    return {};
}

core::Status UserRepository::recordFailedLogin(const std::string& id, std::int64_t now) {
    Transaction transaction(m_database);
    CORE_ASSIGN(const User user, find(id));
    const std::int64_t failures = user.failedLogins + 1;
    m_database.execute("UPDATE users SET failed_logins = ?2, blocked_until = ?3 WHERE id = ?1", id,
                       failures, now + loginDelaySeconds(failures));
    transaction.commit();
    return {};
}

core::Status UserRepository::recordLogin(const std::string& id, std::int64_t now) {
    return changedOne(m_database.execute("UPDATE users SET failed_logins = 0, blocked_until = 0, "
                                         "last_login_at = ?2 WHERE id = ?1",
                                         id, now),
                      id);
}

}  // namespace hearth::storage
