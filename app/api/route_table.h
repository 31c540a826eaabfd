// Every path that the node answers, in one table. What is not in it is refused.
#pragma once
#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/api/http/request.h"
#include "app/api/http/response.h"
#include "core/api/permission.h"
#include "core/result.h"

namespace hearth::app {

/// A field that must be given: it has no default, so a row that forgets it does not compile.
template <typename T>
class Required {
public:
    template <typename U>
    requires std::constructible_from<T, U&&> Required(U&& value)
        : m_value(std::forward<U>(value)) {}  // NOLINT: implicit, to read well in a row

    const T& operator*() const { return m_value; }
    const T* operator->() const { return &m_value; }

private:
    T m_value;
};

enum class BodyKind {
    None,    // a request with a body is refused
    Memory,  // read before the handler runs
    File,    // the same, but spooled to disk: uploads
};

struct RouteLimits {
    BodyKind body;
    std::uint64_t maxBodyBytes;
    std::chrono::seconds bodyDeadline;  // for the whole body, from the end of the headers
};

inline constexpr RouteLimits kNoBody{BodyKind::None, 0, std::chrono::seconds(0)};
inline constexpr RouteLimits kJsonBody{BodyKind::Memory, 1 << 20, std::chrono::seconds(30)};

/// What the audit calls this action ("file.create"). An action that changes something has
/// one; kNotAudited must be said.
using AuditEvent = std::string_view;
inline constexpr AuditEvent kNotAudited{};

/// An Error becomes an answer in one place (error_response.h). An exception becomes a 500.
using Handler = std::function<core::Result<Response>(const Request&)>;

struct Route {
    Required<std::string_view> method;
    Required<std::string_view> path;  // "/v1/files/{file_id}": a {param} takes one whole segment
    Required<core::Permission> permission;
    Required<AuditEvent> audit;
    Required<RouteLimits> limits;
    Required<Handler> handler;
};

/// What the table says about a method and a path.
struct RouteMatch {
    const Route* route = nullptr;  // null: no such path or method
    std::map<std::string, std::string, std::less<>> params;
    std::vector<std::string_view> allowedMethods;  // of the path; empty: no such path
};

class RouteTable {
public:
    /// REQUIRES: paths begin with '/', no two rows share method and shape, no handler is empty.
    explicit RouteTable(std::vector<Route> routes);

    /// HEAD finds the GET row. A literal segment wins over a {param}.
    RouteMatch match(std::string_view method, const std::vector<std::string>& segments) const;

    const std::vector<Route>& routes() const { return m_routes; }

private:
    std::vector<Route> m_routes;
    std::vector<std::vector<std::string>> m_patterns;  // segments of m_routes[i].path
};

}  // namespace hearth::app
