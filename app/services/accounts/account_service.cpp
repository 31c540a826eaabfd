#include "app/services/accounts/account_service.h"

#include <algorithm>

#include "app/services/accounts/scope_of.h"
#include "core/crypto/api_key.h"
#include "core/crypto/password.h"
#include "core/crypto/random.h"
#include "core/log.h"

namespace hearth::app {
namespace {

using core::Permission;

// A commit for each request would cost more than the request; a minute is exact enough for
// "last used".
constexpr int64_t kUseInterval = 60;
constexpr size_t kMaxKeyName = 100;
constexpr int64_t kMaxKeyDays = 3650;
constexpr int64_t kDaySeconds = 86400;

core::Error refused() {
    return {core::ErrorCode::Unauthenticated,
            "the API key or login is wrong, expired or revoked; give a valid one as "
            "'Authorization: Bearer ...'",
            ""};
}

std::optional<std::string_view> bearerToken(const RequestHead& head) {
    constexpr std::string_view kScheme = "bearer ";
    const auto field = head.headers.find("Authorization");
    if (!field || field->size() <= kScheme.size() ||
        !equalsIgnoringCase(field->substr(0, kScheme.size()), kScheme))
        return {};
    return field->substr(kScheme.size());
}

/// Names that this version does not know grant nothing.
core::PermissionSet parsePermissions(const std::vector<std::string>& names) {
    core::PermissionSet set;
    for (const auto& name : names)
        if (const auto permission = core::permissionFromName(name))
            set.add(*permission);
    return set;
}

core::Result<core::PermissionSet> grantedPermissions(const Principal& maker,
                                                     const std::vector<std::string>& names) {
    core::PermissionSet set;
    for (const auto& name : names) {
        const auto permission = core::permissionFromName(name);
        if (!permission || *permission == Permission::Public ||
            *permission == Permission::SignedIn) {
            std::string known;
            for (const Permission p : core::grantablePermissions())
                known += (known.empty() ? "" : ", ") + std::string(core::permissionName(p));
            return core::Error{core::ErrorCode::InvalidArgument,
                               "unknown permission '" + name + "'; known: " + known, "permissions"};
        }
        if (!maker.may(*permission))
            return core::Error{
                core::ErrorCode::PermissionDenied,
                "you cannot give the permission '" + name + "', which you do not have",
                "permissions"};
        set.add(*permission);
    }
    return set;
}

core::Status checkWeight(const Principal& maker, double weight) {
    if (!(weight >= kLeastKeyWeight && weight <= kMostKeyWeight))
        return core::Error{core::ErrorCode::InvalidArgument, "weight must be from 0.01 to 100",
                           "weight"};
    if (weight > 1.0 && !maker.may(Permission::ManageUsers))
        return core::Error{core::ErrorCode::PermissionDenied,
                           "a weight above 1 takes from other users' shares: only who has the "
                           "permission 'users.manage' can give it",
                           "weight"};
    return {};
}

}  // namespace

core::PermissionSet defaultKeyPermissions() {
    return {Permission::UseModels, Permission::ReadFiles, Permission::WriteFiles,
            Permission::ReadFineTuning, Permission::RunFineTuning};
}

core::PermissionSet permissionsOf(storage::Role role) {
    if (role == storage::Role::Admin)
        return core::PermissionSet::all();
    auto permissions = defaultKeyPermissions();
    permissions.add(Permission::ManageKeys);
    return permissions;
}

std::vector<std::string> permissionNames(const core::PermissionSet& set) {
    std::vector<std::string> names;
    for (const Permission permission : core::grantablePermissions())
        if (set.has(permission))
            names.emplace_back(core::permissionName(permission));
    return names;
}

AccountService::AccountService(storage::Connection& control, const core::Clock& clock,
                               int64_t sessionHours, int64_t requestsPerMinute)
    : m_users(control),
      m_sessions(control),
      m_keys(control),
      m_clock(clock),
      m_sessionSeconds(sessionHours * 3600),
      m_rates(clock, requestsPerMinute) {
    m_sessions.removeExpired(m_clock.unixSeconds());
}

AccountService::~AccountService() {
    try {
        writeUses();
    } catch (const std::exception& e) {
        core::logWarn("the last uses of API keys were not written", {{"reason", e.what()}});
    }
}

core::Result<Principal> AccountService::resolve(const RequestHead& head) {
    const auto token = bearerToken(head);
    if (!token)
        return head.headers.find("Authorization") ? core::Result<Principal>(refused())
                                                  : core::Result<Principal>(Principal{});
    auto principal = token->starts_with("hk_") ? resolveKey(*token) : resolveSession(*token);
    if (principal)
        CORE_TRY(m_rates.take(principal->id));
    return principal;
}

core::Result<Principal> AccountService::resolveKey(std::string_view secret) {
    if (!core::isWellFormedApiKey(secret))
        return refused();
    const int64_t now = m_clock.unixSeconds();
    const auto key = m_keys.findUsable(core::apiKeyHash(secret), now);
    if (!key)
        return refused();
    noteUse(key->id, now);
    return Principal{PrincipalKind::ApiKey,
                     key->id,
                     key->owner.userId,
                     key->owner.departmentId,
                     parsePermissions(key->permissions),
                     key->weight};
}

core::Result<Principal> AccountService::resolveSession(std::string_view token) {
    const auto session = m_sessions.find(core::sessionTokenHash(token), m_clock.unixSeconds());
    if (!session)
        return refused();
    const auto user = m_users.find(session->owner.userId);
    if (!user)
        return refused();
    return Principal{PrincipalKind::User, user->id, user->id, user->departmentId,
                     permissionsOf(user->role)};
}

core::Result<Identity> AccountService::identify(const Principal& principal,
                                                const RequestHead& head) {
    if (principal.kind == PrincipalKind::ApiKey) {
        CORE_ASSIGN(const auto key, m_keys.find(storage::Scope::everything(), principal.id));
        return Identity{key.name, {}, key.expiresAt};
    }
    CORE_ASSIGN(const auto user, m_users.find(principal.userId));
    CORE_ASSIGN(const auto session,
                m_sessions.find(core::sessionTokenHash(bearerToken(head).value_or("")),
                                m_clock.unixSeconds()));
    return Identity{user.name, user.role, session.expiresAt};
}

core::Result<Login> AccountService::login(const std::string& name, const std::string& password,
                                          const std::string& address) {
    const core::Error wrong{core::ErrorCode::Unauthenticated, "the name or the password is wrong",
                            ""};
    const int64_t now = m_clock.unixSeconds();
    const auto user = m_users.findByName(name);
    if (!user || user->disabled) {
        core::verifyForUnknownUser(password);
        return wrong;
    }
    if (user->blockedUntil > now)
        return core::Error{core::ErrorCode::ResourceExhausted,
                           "too many failed logins; try again in " +
                               std::to_string(user->blockedUntil - now) + " seconds",
                           ""};
    if (!core::verifyPassword(password, user->passwordHash)) {
        CORE_TRY(m_users.recordFailedLogin(user->id, now));
        return wrong;
    }
    CORE_TRY(m_users.recordLogin(user->id, now));
    if (core::passwordNeedsRehash(user->passwordHash))
        CORE_TRY(m_users.setPassword(user->id, core::hashPassword(password)));
    Login login{core::newSessionToken(), now + m_sessionSeconds, *user};
    CORE_TRY(m_sessions.create({core::sessionTokenHash(login.token),
                                {user->id, user->departmentId},
                                address,
                                now,
                                login.expiresAt}));
    return login;
}

void AccountService::logout(const RequestHead& head) {
    if (const auto token = bearerToken(head))
        m_sessions.remove(core::sessionTokenHash(*token));
}

core::Result<CreatedKey> AccountService::createKey(const Principal& maker,
                                                   const KeyRequest& request) {
    if (request.name.empty() || request.name.size() > kMaxKeyName)
        return core::Error{core::ErrorCode::InvalidArgument,
                           "a key needs a name of 1 to " + std::to_string(kMaxKeyName) + " bytes",
                           "name"};
    if (request.expiresInDays &&
        (*request.expiresInDays < 1 || *request.expiresInDays > kMaxKeyDays))
        return core::Error{core::ErrorCode::InvalidArgument,
                           "expires_in_days must be from 1 to " + std::to_string(kMaxKeyDays),
                           "expires_in_days"};
    CORE_TRY(checkWeight(maker, request.weight));
    const auto names = request.permissions.empty() ? permissionNames(defaultKeyPermissions())
                                                   : request.permissions;
    CORE_ASSIGN(const core::PermissionSet permissions, grantedPermissions(maker, names));
    const auto generated = core::generateApiKey();
    const int64_t now = m_clock.unixSeconds();
    storage::ApiKey key{.id = core::randomId("key-"),
                        .owner = ownerOf(maker),
                        .hash = generated.hash,
                        .prefix = generated.prefix,
                        .name = request.name,
                        .permissions = permissionNames(permissions),
                        .weight = request.weight,
                        .createdAt = now};
    if (request.expiresInDays)
        key.expiresAt = now + *request.expiresInDays * kDaySeconds;
    CORE_TRY(m_keys.create(key));
    return CreatedKey{std::move(key), generated.secret};
}

storage::Listed<storage::ApiKey> AccountService::listKeys(const Principal& principal,
                                                          const storage::Page& page) {
    return m_keys.list(scopeOf(principal), page);
}

core::Status AccountService::revokeKey(const Principal& principal, const std::string& id) {
    return m_keys.revoke(scopeOf(principal), id, m_clock.unixSeconds());
}

void AccountService::noteUse(const std::string& keyId, int64_t now) {
    {
        std::lock_guard lock(m_mutex);
        m_uses[keyId] = now;
        if (now - m_usesWritten < kUseInterval)
            return;
        m_usesWritten = now;
    }
    writeUses();
}

void AccountService::writeUses() {
    std::map<std::string, int64_t> uses;
    {
        std::lock_guard lock(m_mutex);
        uses.swap(m_uses);
    }
    std::vector<storage::ApiKeyRepository::Use> rows;
    for (const auto& [id, time] : uses)
        rows.push_back({id, time});
    if (!rows.empty())
        m_keys.recordUses(rows);
}

}  // namespace hearth::app
