#include "app/api/route_table.h"

#include <algorithm>
#include <optional>

#include "core/assert.h"
#include "core/strings.h"

namespace hearth::app {
namespace {

using Pattern = std::vector<std::string>;

bool isParam(std::string_view part) {
    return part.starts_with('{');
}

Pattern parsePattern(std::string_view path) {
    CORE_ASSERT(path.starts_with('/'));
    Pattern pattern;
    for (const std::string_view part : core::split(path.substr(1), '/')) {
        CORE_ASSERT(!isParam(part) || (part.ends_with('}') && part.size() > 2));
        pattern.emplace_back(part);
    }
    return pattern;
}

bool sameShape(const Pattern& a, const Pattern& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const std::string& x, const std::string& y) {
                          return isParam(x) ? isParam(y) : x == y;
                      });
}

/// Of two patterns that match one path, the more literal has a literal where they first differ.
bool moreLiteral(const Pattern& a, const Pattern& b) {
    for (std::size_t i = 0; i < a.size(); ++i)
        if (isParam(a[i]) != isParam(b[i]))
            return isParam(b[i]);
    return false;
}

bool matches(const Pattern& pattern, const std::vector<std::string>& segments) {
    return std::equal(pattern.begin(), pattern.end(), segments.begin(), segments.end(),
                      [](const std::string& part, const std::string& segment) {
                          return isParam(part) ? !segment.empty() : part == segment;
                      });
}

}  // namespace

RouteTable::RouteTable(std::vector<Route> routes) : m_routes(std::move(routes)) {
    for (const Route& route : m_routes) {
        CORE_ASSERT(*route.handler != nullptr);
        Pattern pattern = parsePattern(*route.path);
        for (std::size_t i = 0; i < m_patterns.size(); ++i)
            CORE_ASSERT(*m_routes[i].method != *route.method || !sameShape(m_patterns[i], pattern));
        m_patterns.push_back(std::move(pattern));
    }
}

RouteMatch RouteTable::match(std::string_view method,
                             const std::vector<std::string>& segments) const {
    const Pattern* path = nullptr;
    for (const Pattern& pattern : m_patterns)
        if (matches(pattern, segments) && (path == nullptr || moreLiteral(pattern, *path)))
            path = &pattern;
    RouteMatch match;
    if (path == nullptr)
        return match;

    const std::string_view wanted = method == "HEAD" ? "GET" : method;
    for (std::size_t i = 0; i < m_routes.size(); ++i) {
        if (!sameShape(m_patterns[i], *path))
            continue;
        match.allowedMethods.push_back(*m_routes[i].method);
        if (*m_routes[i].method != wanted)
            continue;
        match.route = &m_routes[i];
        for (std::size_t part = 0; part < segments.size(); ++part)
            if (isParam(m_patterns[i][part]))
                match.params.emplace(m_patterns[i][part].substr(1, m_patterns[i][part].size() - 2),
                                     segments[part]);
    }
    return match;
}

}  // namespace hearth::app
