// Who is asking. Every request that reaches a handler carries one.
#pragma once
#include <string>

#include "core/api/permission.h"
#include "core/result.h"

namespace hearth::app {

struct RequestHead;

enum class PrincipalKind { Anonymous, User, ApiKey };

struct Principal {
    PrincipalKind kind = PrincipalKind::Anonymous;
    std::string id;      // of the session's user or of the key
    std::string userId;  // owner of what is created: the user, or the key's user
    std::string departmentId;
    core::PermissionSet permissions;
    double weight = 1.0;  // of its requests in fair sharing (engine::GenerationRequest)

    bool authenticated() const { return kind != PrincipalKind::Anonymous; }

    /// Public is held by anyone, SignedIn by anyone but the anonymous; the rest is granted.
    bool may(core::Permission permission) const;
};

/// Turns a request's credential into a principal, before the body is read.
/// Threading: called from many threads at once.
class Authenticator {
public:
    virtual ~Authenticator() = default;

    /// No credential at all gives the anonymous principal; a wrong, expired or revoked one
    /// gives Unauthenticated.
    virtual core::Result<Principal> resolve(const RequestHead& head) = 0;
};

}  // namespace hearth::app
