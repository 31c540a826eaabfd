#pragma once
#include "app/api/route_table.h"
#include "app/services/accounts/account_service.h"

namespace hearth::app {

// /api/v1/sessions, /api/v1/me and /api/v1/keys. The service outlives the handlers.
Handler loginHandler(AccountService& accounts);
Handler logoutHandler(AccountService& accounts);
Handler meHandler(AccountService& accounts);
Handler createKeyHandler(AccountService& accounts);
Handler listKeysHandler(AccountService& accounts);
Handler revokeKeyHandler(AccountService& accounts);

}  // namespace hearth::app
