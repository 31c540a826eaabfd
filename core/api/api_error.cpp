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

nlohmann::json problemsJson(const std::vector<LineProblem>& problems) {
    nlohmann::json list = nlohmann::json::array();
    for (const LineProblem& problem : problems)
        list.push_back({{"line", problem.line}, {"message", problem.message}});
    return list;
}

/// Entries of another shape are left out.
std::vector<LineProblem> problemsOf(const nlohmann::json& error) {
    std::vector<LineProblem> problems;
    for (const auto& entry : error.value("problems", nlohmann::json::array())) {
        const auto line = entry.is_object() ? entry.find("line") : entry.end();
        if (line != entry.end() && line->is_number_integer())
            problems.push_back({line->get<std::int64_t>(), textOf(entry, "message")});
    }
    return problems;
}

}  // namespace

std::string ApiError::toJson() const {
    nlohmann::json error = {{"message", message},
                            {"type", type},
                            {"param", textOrNull(param)},
                            {"code", textOrNull(code)}};
    if (!problems.empty())
        error["problems"] = problemsJson(problems);
    // Messages may quote a request, so what is not UTF-8 is replaced rather than thrown on.
    return nlohmann::json{{"error", std::move(error)}}.dump(
        -1, ' ', false, nlohmann::json::error_handler_t::replace);
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
                    .code = textOf(*error, "code"),
                    .problems = problemsOf(*error)};
}

}  // namespace hearth::core
