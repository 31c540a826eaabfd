#include "finetune/rl/answer_text.h"

#include <nlohmann/json.hpp>

namespace hearth::finetune {

namespace {

using Json = nlohmann::json;

constexpr std::string_view kOutputText = "sample.output_text";
constexpr std::string_view kOutputJson = "sample.output_json";
constexpr std::string_view kItem = "item";

std::string_view trimmed(std::string_view text) {
    const size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

/// Calls visit(text before a place, the place's name) for each place; returns what follows the
/// last.
template <typename Visit>
std::string_view eachPlace(std::string_view text, Visit visit) {
    for (size_t open = text.find("{{"); open != std::string_view::npos; open = text.find("{{")) {
        const size_t close = text.find("}}", open);
        if (close == std::string_view::npos)
            break;
        visit(text.substr(0, open), trimmed(text.substr(open + 2, close - open - 2)));
        text.remove_prefix(close + 2);
    }
    return text;
}

/// name is root, or root.PATH.
bool isUnder(std::string_view name, std::string_view root) {
    return name == root || (name.starts_with(root) && name[root.size()] == '.');
}

/// The value at a.b.c; null when it is not there.
const Json* valueAt(const Json& root, std::string_view path) {
    const Json* value = &root;
    while (!path.empty()) {
        const size_t dot = std::min(path.find('.'), path.size());
        const std::string key(path.substr(0, dot));
        if (!value->is_object() || !value->contains(key))
            return nullptr;
        value = &(*value)[key];
        path.remove_prefix(std::min(dot + 1, path.size()));
    }
    return value;
}

std::string textAt(const Json& root, std::string_view name, std::string_view prefix) {
    const Json* value = valueAt(root, name.substr(std::min(prefix.size() + 1, name.size())));
    if (!value || value->is_discarded())
        return {};
    return value->is_string() ? value->get<std::string>()
                              : value->dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json parsed(std::string_view text) {
    return Json::parse(text, nullptr, false);
}

}  // namespace

Json answerJson(std::string_view answer) {
    Json whole = parsed(trimmed(answer));
    if (!whole.is_discarded())
        return whole;
    const size_t begin = answer.find_first_of("{[");
    if (begin == std::string_view::npos)
        return Json(Json::value_t::discarded);
    const size_t end = answer.find_last_of(answer[begin] == '{' ? '}' : ']');
    if (end == std::string_view::npos || end < begin)
        return Json(Json::value_t::discarded);
    return parsed(answer.substr(begin, end - begin + 1));
}

std::string filledText(std::string_view text, std::string_view answer, const Json& item) {
    std::string out;
    const std::string_view rest =
        eachPlace(text, [&](std::string_view before, std::string_view name) {
            out += before;
            if (name == kOutputText)
                out += answer;
            else if (isUnder(name, kOutputJson))
                out += textAt(answerJson(answer), name, kOutputJson);
            else
                out += textAt(item, name, kItem);
        });
    return out += rest;
}

core::Status checkPlaces(std::string_view text) {
    core::Status status;
    eachPlace(text, [&](std::string_view, std::string_view name) {
        if (name != kOutputText && !isUnder(name, kOutputJson) && !isUnder(name, kItem))
            status = core::Error{core::ErrorCode::InvalidArgument,
                                 "{{" + std::string(name.substr(0, 100)) +
                                     "}} is unknown; known are sample.output_text, "
                                     "sample.output_json.NAME and item.NAME",
                                 {}};
    });
    return status;
}

}  // namespace hearth::finetune
