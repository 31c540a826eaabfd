#include "core/api/api_error.h"

#include <nlohmann/json.hpp>

namespace hearth::core {
namespace {

nlohmann::json textOrNull(const std::string& text) {
    return text.empty() ? nlohmann::json(nullptr) : nlohmann::json(text);
}

std::string textOf(const nlohmann::json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

std::string ApiError::toJson() const {
    // Messages may quote a request, so what is not UTF-8 is replaced rather than thrown on.
    return nlohmann::json{{"error",
                           {{"message", message},
                            {"type", type},
                            {"param", textOrNull(param)},
                            {"code", textOrNull(code)}}}}
        .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<ApiError> parseApiError(std::string_view json) {
    const auto document = nlohmann::json::parse(json, nullptr, false);
    const auto error = document.is_object() ? document.find("error") : document.end();
    if (error == document.end() || !error->is_object() || !error->contains("message"))
        return Error{ErrorCode::DataCorrupt, "the server's answer is not in the API's error shape",
                     ""};
    return ApiError{.message = textOf(*error, "message"),
                    .type = textOf(*error, "type"),
                    .param = textOf(*error, "param"),
                    .code = textOf(*error, "code")};
}

}  // namespace hearth::core
