// Logins, API keys, and who a request comes from.
#pragma once
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "app/api/http/request.h"
#include "app/api/principal.h"
#include "app/services/accounts/rate_limiter.h"
#include "core/clock.h"
#include "core/result.h"
#include "storage/api_key_repository.h"
#include "storage/session_repository.h"
#include "storage/user_repository.h"

namespace hearth::app {

struct Login {
    std::string token;  // a bearer token, shown once
    int64_t expiresAt = 0;
    storage::User user;
};

// Tokens of a key's requests count as so many fewer in fair sharing between users.
inline constexpr double kLeastKeyWeight = 0.01;
inline constexpr double kMostKeyWeight = 100.0;

struct KeyRequest {
    std::string name;
    std::vector<std::string> permissions;  // empty: defaultKeyPermissions()
    double weight = 1.0;                   // kLeastKeyWeight..kMostKeyWeight
    std::optional<int64_t> expiresInDays;
};

struct CreatedKey {
    storage::ApiKey key;
    std::string secret;  // shown once
};

/// Who a principal is, in words.
struct Identity {
    std::string name;                   // of the user, or of the key
    std::optional<storage::Role> role;  // of a user
    std::optional<int64_t> expiresAt;   // of the login or the key
};

/// What a business application needs: models, files, fine-tuning.
core::PermissionSet defaultKeyPermissions();
core::PermissionSet permissionsOf(storage::Role role);
std::vector<std::string> permissionNames(const core::PermissionSet& set);

/// Threading: every method may be called from any thread.
class AccountService : public Authenticator {
public:
    AccountService(storage::Connection& control, const core::Clock& clock, int64_t sessionHours,
                   int64_t requestsPerMinute);
    /// Writes what is still to be written.
    ~AccountService() override;

    /// Credentials are "Authorization: Bearer hk_..." or a login's token. ResourceExhausted when
    /// the key or the user makes too many requests.
    core::Result<Principal> resolve(const RequestHead& head) override;

    /// REQUIRES: resolve(head) gave `principal`. Errors: NotFound when it has gone meanwhile.
    core::Result<Identity> identify(const Principal& principal, const RequestHead& head);

    /// Errors: Unauthenticated for a wrong name or password, after the same time for both;
    /// ResourceExhausted while the account's back-off lasts.
    core::Result<Login> login(const std::string& name, const std::string& password,
                              const std::string& address);
    void logout(const RequestHead& head);

    /// A key never gets more than its maker has, and a weight above 1, which is at the others'
    /// cost, only from who manages users. Errors: InvalidArgument, PermissionDenied.
    core::Result<CreatedKey> createKey(const Principal& maker, const KeyRequest& request);
    storage::Listed<storage::ApiKey> listKeys(const Principal& principal,
                                              const storage::Page& page);
    /// Errors: NotFound, Conflict (revoked already).
    core::Status revokeKey(const Principal& principal, const std::string& id);

private:
    core::Result<Principal> resolveKey(std::string_view secret);
    core::Result<Principal> resolveSession(std::string_view token);
    void noteUse(const std::string& keyId, int64_t now);
    void writeUses();

    storage::UserRepository m_users;
    storage::SessionRepository m_sessions;
    storage::ApiKeyRepository m_keys;
    const core::Clock& m_clock;
    const int64_t m_sessionSeconds;
    RateLimiter m_rates;

    std::mutex m_mutex;                     // guards what follows
    std::map<std::string, int64_t> m_uses;  // key id -> last use, not yet written
    int64_t m_usesWritten = 0;              // when they last were
};

}  // namespace hearth::app
