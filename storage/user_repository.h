#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "storage/scope.h"

namespace hearth::storage {

class Connection;

enum class Role { Admin, User };

struct Department {
    std::string id;
    std::string name;
    std::int64_t createdAt = 0;
};

struct User {
    std::string id;
    std::string departmentId;
    std::string name;
    std::string passwordHash;
    Role role = Role::User;
    bool disabled = false;
    std::int64_t failedLogins = 0;
    std::int64_t blockedUntil = 0;
    std::int64_t createdAt = 0;
    std::optional<std::int64_t> lastLoginAt;
};

/// Seconds until the next attempt after so many failures in a row: the first three are free, then
/// it doubles up to five minutes. Never a lasting lock, which anyone could put on another's name.
std::int64_t loginDelaySeconds(std::int64_t failedLogins);

/// Departments and the people in them. Safe from any thread.
class UserRepository {
public:
    explicit UserRepository(Connection& database) : m_database(database) {}

    core::Status createDepartment(const Department& department);
    std::vector<Department> departments();

    /// Errors: AlreadyExists for a name in use (upper and lower case are one); Conflict for an
    /// unknown department.
    core::Status create(const User& user);
    core::Result<User> find(const std::string& id);
    core::Result<User> findByName(const std::string& name);
    Listed<User> list(const Scope& scope, const Page& page);

    core::Status setPassword(const std::string& id, const std::string& passwordHash);
    /// A disabled user's sessions and keys stop working in the same step.
    core::Status setDisabled(const std::string& id, bool disabled, std::int64_t now);
    /// Counts the failure and blocks the account for loginDelaySeconds().
    core::Status recordFailedLogin(const std::string& id, std::int64_t now);
    core::Status recordLogin(const std::string& id, std::int64_t now);

private:
    Connection& m_database;
};

}  // namespace hearth::storage
