#include "app/api/dispatcher.h"

#include <exception>

#include "app/api/error_response.h"
#include "core/log.h"

namespace hearth::app {
namespace {

using core::ErrorCode;

core::Error anonymousError() {
    return {ErrorCode::Unauthenticated,
            "This request needs a key or a session: send \"Authorization: Bearer <key>\".", ""};
}

Response methodNotAllowed(const RouteMatch& match) {
    std::string allowed;
    for (const std::string_view method : match.allowedMethods) {
        allowed += allowed.empty() ? "" : ", ";
        allowed += method;
        if (method == "GET")
            allowed += ", HEAD";
    }
    Response response = errorResponse(
        405, core::ApiError{.message = "This path does not have that method; it has: " + allowed,
                            .type = "invalid_request_error",
                            .param = {},
                            .code = "method_not_allowed"});
    response.headers.add("allow", allowed);
    return response;
}

Response unknownPath(const RequestHead& head) {
    return errorResponse(404, core::ApiError{.message = "There is no " + head.method + " " +
                                                        head.path.substr(0, 200) + " here.",
                                             .type = "invalid_request_error",
                                             .param = {},
                                             .code = "unknown_url"});
}

void logFailure(const Request& request, const core::Error& error) {
    core::logError("request failed", {{"request_id", request.head.requestId},
                                      {"code", core::errorCodeName(error.code)},
                                      {"error", error.text()}});
}

}  // namespace

Dispatcher::Dispatcher(RouteTable routes, Authenticator& authenticator, AuditSink* audit)
    : m_routes(std::move(routes)), m_authenticator(authenticator), m_audit(audit) {}

std::variant<Admission, Response> Dispatcher::admit(const RequestHead& head) const try {
    RouteMatch match = m_routes.match(head.method, head.segments);
    if (match.route != nullptr && *match.route->permission == core::Permission::Public)
        return Admission{match.route, Principal{}, std::move(match.params)};

    auto principal = m_authenticator.resolve(head);
    if (!principal || !principal->authenticated()) {
        const core::Error error = principal ? anonymousError() : principal.error();
        return match.route ? refuse(*match.route, head, Principal{}, error) : errorResponse(error);
    }
    if (match.route == nullptr)
        return match.allowedMethods.empty() ? unknownPath(head) : methodNotAllowed(match);
    if (!principal->may(*match.route->permission))
        return refuse(*match.route, head, *principal,
                      {ErrorCode::PermissionDenied,
                       "This key or user lacks the permission " +
                           std::string(core::permissionName(*match.route->permission)) + ".",
                       ""});
    return Admission{match.route, std::move(principal).value(), std::move(match.params)};
} catch (const std::exception& exception) {
    core::logError("authentication failed",
                   {{"request_id", head.requestId}, {"error", exception.what()}});
    return errorResponse({ErrorCode::Internal, "", ""});
}

Response Dispatcher::run(const Route& route, const Request& request) const {
    if (auto recorded = audit(route, request.head, request.principal, 0); !recorded) {
        logFailure(request, recorded.error());
        if (recorded.error().code == ErrorCode::DiskFull)
            return errorResponse(recorded.error());
        return errorResponse({ErrorCode::Unavailable,
                              "The action was refused because it cannot be audited now.", ""});
    }
    Response response = runHandler(route, request);
    if (auto recorded = audit(route, request.head, request.principal, response.status); !recorded)
        logFailure(request, recorded.error());
    return response;
}

Response Dispatcher::runHandler(const Route& route, const Request& request) const {
    core::Error error;
    try {
        auto result = (*route.handler)(request);
        if (result)
            return std::move(result).value();
        error = result.error();
    } catch (const core::Exception& exception) {
        error = exception.error();
    } catch (const std::exception& exception) {
        error = {ErrorCode::Internal, exception.what(), ""};
    } catch (...) {
        error = {ErrorCode::Internal, "an exception of unknown type", ""};
    }
    if (httpStatus(error.code) >= 500)
        logFailure(request, error);
    return errorResponse(error);
}

core::Status Dispatcher::audit(const Route& route, const RequestHead& head,
                               const Principal& principal, int status) const {
    if (m_audit == nullptr || route.audit->empty())
        return {};
    try {
        return m_audit->record({*route.audit, head, principal, status});
    } catch (const std::exception& exception) {
        return core::Error{ErrorCode::Internal, exception.what(), "audit"};
    }
}

Response Dispatcher::refuse(const Route& route, const RequestHead& head, const Principal& principal,
                            const core::Error& error) const {
    if (auto recorded = audit(route, head, principal, httpStatus(error.code)); !recorded)
        core::logError("a refusal was not audited", recorded.error());
    return errorResponse(error);
}

}  // namespace hearth::app
