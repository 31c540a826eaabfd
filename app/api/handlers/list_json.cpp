#include "app/api/handlers/list_json.h"

#include "app/api/handlers/query.h"
#include "core/json.h"

namespace hearth::app {
namespace {

constexpr int64_t kMaxLimit = 100;

}  // namespace

core::Result<storage::Page> readPage(const RequestHead& head, int64_t defaultLimit) {
    storage::Page page{.after = head.queryValue("after").value_or("")};
    CORE_ASSIGN(page.limit, readQueryInt(head, "limit", 1, kMaxLimit, defaultLimit));
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
