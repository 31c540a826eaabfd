#include "app/api/principal.h"

namespace hearth::app {

bool Principal::may(core::Permission permission) const {
    if (permission == core::Permission::Public)
        return true;
    if (!authenticated())
        return false;
    return permission == core::Permission::SignedIn || permissions.has(permission);
}

}  // namespace hearth::app
