#include "app/api/handlers/account_handlers.h"

#include <nlohmann/json.hpp>

#include "app/api/handlers/list_json.h"
#include "core/crypto/password.h"
#include "core/json.h"

namespace hearth::app {
namespace {

using nlohmann::json;

constexpr int64_t kDefaultKeys = 100;

json keyObject(const storage::ApiKey& key) {
    return {{"id", key.id},
            {"object", "api_key"},
            {"name", key.name},
            {"prefix", key.prefix},
            {"permissions", key.permissions},
            {"weight", key.weight},
            {"owner", key.owner.userId},
            {"created_at", key.createdAt},
            {"expires_at", orNull(key.expiresAt)},
            {"last_used_at", orNull(key.lastUsedAt)},
            {"revoked", key.revokedAt.has_value()}};
}

const char* roleName(storage::Role role) {
    return role == storage::Role::Admin ? "admin" : "user";
}

core::Result<KeyRequest> parseKeyRequest(std::string_view text) {
    CORE_ASSIGN(const json body, core::parseJson(text, "the request body"));
    CORE_TRY(core::rejectUnknownFields(body, {"name", "permissions", "expires_in_days", "weight"}));
    KeyRequest request;
    CORE_ASSIGN(request.name, core::readString(body, "name", 100));
    if (core::findField(body, "expires_in_days")) {
        CORE_ASSIGN(request.expiresInDays, core::readInt(body, "expires_in_days", 1, 3650));
    }
    if (core::findField(body, "weight")) {
        CORE_ASSIGN(request.weight,
                    core::readNumber(body, "weight", kLeastKeyWeight, kMostKeyWeight));
    }
    if (const json* list = core::findField(body, "permissions")) {
        const bool strings = list->is_array() && std::all_of(list->begin(), list->end(),
                                                             [](auto& e) { return e.is_string(); });
        if (!strings)
            return core::Error{core::ErrorCode::InvalidArgument,
                               "permissions must be a list of names", "permissions"};
        request.permissions = list->get<std::vector<std::string>>();
    }
    return request;
}

}  // namespace

Handler loginHandler(AccountService& accounts) {
    return [&accounts](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const json body, core::parseJson(http.text(), "the request body"));
        CORE_ASSIGN(const auto name, core::readString(body, "name", 256));
        CORE_ASSIGN(const auto password,
                    core::readString(body, "password", core::kMaxPasswordBytes));
        CORE_ASSIGN(const Login login, accounts.login(name, password, http.head.remoteAddress));
        return Response::json(core::dumpJson({{"token", login.token},
                                              {"expires_at", login.expiresAt},
                                              {"user",
                                               {{"id", login.user.id},
                                                {"name", login.user.name},
                                                {"department", login.user.departmentId},
                                                {"role", roleName(login.user.role)}}}}));
    };
}

Handler logoutHandler(AccountService& accounts) {
    return [&accounts](const Request& http) -> core::Result<Response> {
        accounts.logout(http.head);
        return Response::noContent();
    };
}

Handler meHandler(AccountService& accounts) {
    return [&accounts](const Request& http) -> core::Result<Response> {
        const Principal& principal = http.principal;
        CORE_ASSIGN(const Identity identity, accounts.identify(principal, http.head));
        return Response::json(
            core::dumpJson({{"object", "hearth.principal"},
                            {"kind", principal.kind == PrincipalKind::ApiKey ? "api_key" : "user"},
                            {"id", principal.id},
                            {"name", identity.name},
                            {"user_id", principal.userId},
                            {"department", principal.departmentId},
                            {"role", identity.role ? json(roleName(*identity.role)) : json()},
                            {"permissions", permissionNames(principal.permissions)},
                            {"expires_at", orNull(identity.expiresAt)}}));
    };
}

Handler createKeyHandler(AccountService& accounts) {
    return [&accounts](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const KeyRequest request, parseKeyRequest(http.text()));
        CORE_ASSIGN(const CreatedKey created, accounts.createKey(http.principal, request));
        json object = keyObject(created.key);
        object["key"] = created.secret;
        return Response::json(core::dumpJson(object), 201);
    };
}

Handler listKeysHandler(AccountService& accounts) {
    return [&accounts](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const storage::Page page, readPage(http.head, kDefaultKeys));
        return listResponse(accounts.listKeys(http.principal, page), keyObject);
    };
}

Handler revokeKeyHandler(AccountService& accounts) {
    return [&accounts](const Request& http) -> core::Result<Response> {
        const std::string& id = http.param("key_id");
        CORE_TRY(accounts.revokeKey(http.principal, id));
        return Response::json(
            core::dumpJson({{"id", id}, {"object", "api_key"}, {"revoked", true}}));
    };
}

}  // namespace hearth::app
