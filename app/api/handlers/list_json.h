// Lists as OpenAI pages them: {"object": "list", "data": [...], "has_more": ...}.
#pragma once
#include <nlohmann/json.hpp>
#include <optional>

#include "app/api/http/request.h"
#include "app/api/http/response.h"
#include "core/result.h"
#include "storage/scope.h"

namespace hearth::app {

/// The value, or JSON's null.
template <typename T>
nlohmann::json orNull(const std::optional<T>& value) {
    return value ? nlohmann::json(*value) : nlohmann::json();
}

/// Reads `after`, `limit` (1 to 100) and `order` (asc, desc). Errors: InvalidArgument.
core::Result<storage::Page> readPage(const RequestHead& head, int64_t defaultLimit);

/// toJson makes one entry of one item.
template <typename T, typename ToJson>
Response listResponse(const storage::Listed<T>& listed, ToJson toJson);

/// The answer from entries that have an "id".
Response listResponse(nlohmann::json data, bool hasMore);

template <typename T, typename ToJson>
Response listResponse(const storage::Listed<T>& listed, ToJson toJson) {
    nlohmann::json data = nlohmann::json::array();
    for (const T& item : listed.items)
        data.push_back(toJson(item));
    return listResponse(std::move(data), listed.hasMore);
}

}  // namespace hearth::app
