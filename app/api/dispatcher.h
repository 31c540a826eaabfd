// From a request's head to its route, its principal and its handler. Default deny.
#pragma once
#include <map>
#include <string>
#include <variant>

#include "app/api/http/request.h"
#include "app/api/http/response.h"
#include "app/api/principal.h"
#include "app/api/route_table.h"
#include "core/result.h"

namespace hearth::app {

struct AuditEntry {
    AuditEvent event;
    const RequestHead& head;
    const Principal& principal;
    int status;  // 0: about to run; 401 or 403: refused; otherwise the answer's
};

/// Threading: called from many threads at once.
class AuditSink {
public:
    virtual ~AuditSink() = default;
    /// An action whose first entry cannot be written is refused.
    virtual core::Status record(const AuditEntry& entry) = 0;
};

/// The leave to read a request's body and to run its handler.
struct Admission {
    const Route* route;
    Principal principal;
    std::map<std::string, std::string, std::less<>> params;
};

class Dispatcher {
public:
    /// REQUIRES: `authenticator` and `audit` (may be null) outlive the dispatcher.
    Dispatcher(RouteTable routes, Authenticator& authenticator, AuditSink* audit = nullptr);

    /// Decides from the head alone. The anonymous get 401 for every path that is not public,
    /// known or not; 404 and 405 are for those who are signed in.
    std::variant<Admission, Response> admit(const RequestHead& head) const;

    /// Runs the handler. Never throws: an Error or an exception becomes an answer in the
    /// API's error shape.
    /// REQUIRES: `request` carries the admission's principal and params.
    Response run(const Route& route, const Request& request) const;

    const RouteTable& routes() const { return m_routes; }

private:
    Response runHandler(const Route& route, const Request& request) const;
    core::Status audit(const Route& route, const RequestHead& head, const Principal& principal,
                       int status) const;
    Response refuse(const Route& route, const RequestHead& head, const Principal& principal,
                    const core::Error& error) const;

    RouteTable m_routes;
    Authenticator& m_authenticator;
    AuditSink* m_audit;
};

}  // namespace hearth::app
