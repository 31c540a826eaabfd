#pragma once
#include "app/api/principal.h"
#include "storage/scope.h"

namespace hearth::app {

/// Those who manage users see every department's rows, everyone else their own.
storage::Scope scopeOf(const Principal& principal);
/// Who a new row belongs to.
storage::Owner ownerOf(const Principal& principal);

}  // namespace hearth::app
