#include "app/api/http/request.h"

#include "core/assert.h"

namespace hearth::app {

std::optional<std::string> RequestHead::queryValue(const std::string& name) const {
    const auto found = query.lower_bound(name);
    if (found == query.end() || found->first != name)
        return std::nullopt;
    return found->second;
}

const std::string& Request::param(std::string_view name) const {
    const auto found = params.find(name);
    CORE_ASSERT(found != params.end());
    return found->second;
}

}  // namespace hearth::app
