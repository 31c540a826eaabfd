#include "app/api/handlers/list_json.h"

#include <charconv>

#include "core/json.h"

namespace hearth::app {
namespace {

constexpr int64_t kMaxLimit = 100;

}  // namespace

core::Result<storage::Page> readPage(const RequestHead& head, int64_t defaultLimit) {
    storage::Page page{.after = head.queryValue("after").value_or(""), .limit = defaultLimit};
    if (const auto limit = head.queryValue("limit")) {
        const char* end = limit->data() + limit->size();
        const auto [stop, error] = std::from_chars(limit->data(), end, page.limit);
        if (error != std::errc() || stop != end || page.limit < 1 || page.limit > kMaxLimit)
            return core::Error{core::ErrorCode::InvalidArgument,
                               "limit must be a number from 1 to " + std::to_string(kMaxLimit),
                               "limit"};
    }
    const std::string order = head.queryValue("order").value_or("desc");
    if (order != "asc" && order != "desc")
        return core::Error{core::ErrorCode::InvalidArgument, "order must be asc or desc", "order"};
    page.oldestFirst = order == "asc";
    return page;
}

Response listResponse(nlohmann::json data, bool hasMore) {
    nlohmann::json list = {{"object", "list"}, {"has_more", hasMore}};
    list["first_id"] = data.empty() ? nlohmann::json() : data.front().at("id");
    list["last_id"] = data.empty() ? nlohmann::json() : data.back().at("id");
    list["data"] = std::move(data);
    return Response::json(core::dumpJson(list));
}

}  // namespace hearth::app
