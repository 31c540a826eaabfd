#include "app/services/accounts/scope_of.h"

namespace hearth::app {

storage::Scope scopeOf(const Principal& principal) {
    return principal.may(core::Permission::ManageUsers)
               ? storage::Scope::everything()
               : storage::Scope::department(principal.departmentId);
}

storage::Owner ownerOf(const Principal& principal) {
    return {principal.userId, principal.departmentId};
}

}  // namespace hearth::app
