#include "finetune/jobs/json_fields.h"

#include <cmath>
#include <sstream>

namespace hearth::finetune {

namespace {

template <typename T>
std::string between(const Range<T>& range) {
    std::ostringstream text;
    text << "must be between " << range.low << " and " << range.high;
    return text.str();
}

}  // namespace

std::string JsonReader::pathOf(const char* name) const {
    return m_path.empty() ? name : m_path + "." + name;
}

void JsonReader::fail(const std::string& path, const std::string& problem) {
    if (ok())
        m_error = core::Error{core::ErrorCode::InvalidArgument, path + " " + problem, {}};
}

const nlohmann::json* JsonReader::take(const char* name) {
    m_known.insert(name);
    if (!ok())
        return nullptr;
    const auto found = m_object.find(name);
    return found == m_object.end() || found->is_null() ? nullptr : &*found;
}

void JsonReader::field(const char* name, std::string& value) {
    const auto* json = take(name);
    if (!json)
        return;
    if (!json->is_string())
        return fail(pathOf(name), "must be a string");
    value = json->get<std::string>();
}

void JsonReader::field(const char* name, bool& value) {
    const auto* json = take(name);
    if (!json)
        return;
    if (!json->is_boolean())
        return fail(pathOf(name), "must be true or false");
    value = json->get<bool>();
}

void JsonReader::field(const char* name, double& value, Range<double> range) {
    const auto* json = take(name);
    if (!json)
        return;
    if (!json->is_number())
        return fail(pathOf(name), "must be a number");
    const double number = json->get<double>();
    if (!std::isfinite(number) || number < range.low || number > range.high)
        return fail(pathOf(name), between(range));
    value = number;
}

void JsonReader::field(const char* name, int64_t& value, Range<int64_t> range) {
    const auto* json = take(name);
    if (!json)
        return;
    if (!json->is_number_integer())
        return fail(pathOf(name), "must be a whole number");
    const bool tooLarge = json->is_number_unsigned() &&
                          json->get<uint64_t>() > uint64_t(std::numeric_limits<int64_t>::max());
    if (tooLarge || json->get<int64_t>() < range.low || json->get<int64_t>() > range.high)
        return fail(pathOf(name), between(range));
    value = json->get<int64_t>();
}

void JsonReader::field(const char* name, uint64_t& value) {
    const auto* json = take(name);
    if (!json)
        return;
    if (!json->is_number_integer() || (!json->is_number_unsigned() && json->get<int64_t>() < 0))
        return fail(pathOf(name), "must be a whole number, at least 0");
    value = json->get<uint64_t>();
}

void JsonReader::field(const char* name, std::vector<std::string>& value) {
    const auto* json = take(name);
    if (!json)
        return;
    const auto isString = [](const nlohmann::json& item) { return item.is_string(); };
    if (!json->is_array() || !std::all_of(json->begin(), json->end(), isString))
        return fail(pathOf(name), "must be a list of strings");
    value = json->get<std::vector<std::string>>();
}

void JsonReader::field(const char* name, std::vector<std::pair<std::string, double>>& value) {
    const auto* json = take(name);
    if (!json)
        return;
    const auto isNumber = [](const nlohmann::json& item) { return item.is_number(); };
    if (!json->is_object() || !std::all_of(json->begin(), json->end(), isNumber))
        return fail(pathOf(name), "must be an object of numbers");
    value.clear();
    for (const auto& item : json->items())
        value.emplace_back(item.key(), item.value().get<double>());
}

void JsonReader::document(const char* name, std::string& json) {
    const auto* value = take(name);
    if (!value)
        return;
    if (!value->is_object())
        return fail(pathOf(name), "must be an object");
    json = value->dump();
}

core::Status JsonReader::finish() {
    if (ok())
        for (const auto& item : m_object.items())
            if (!m_known.count(item.key()))
                fail(pathOf(item.key().c_str()), "is not a known field");
    return ok() ? core::Status() : core::Status(*m_error);
}

}  // namespace hearth::finetune
