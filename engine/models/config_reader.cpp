#include "engine/models/config_reader.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace hearth::engine {
namespace {

constexpr size_t kMaxTokenIds = 64;
constexpr int kMaxDepth = 16;

/// The value as an integer; floats such as 64.0 count, since Python writes them.
std::optional<int64_t> asInteger(const nlohmann::json& value) {
    if (value.is_number_unsigned() && value.get<uint64_t>() > uint64_t(INT64_MAX))
        return std::nullopt;
    if (value.is_number_integer())
        return value.get<int64_t>();
    if (!value.is_number_float())
        return std::nullopt;
    const double number = value.get<double>();
    const bool exact = std::trunc(number) == number && std::abs(number) < 9e15;
    return exact ? std::optional(int64_t(number)) : std::nullopt;
}

std::string numberText(double value) {
    std::string text = std::to_string(value);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.')
        text.pop_back();
    return text;
}

}  // namespace

/// Refuses deep nesting before a tree exists that could exhaust the stack.
core::Result<nlohmann::json> parseConfigObject(const std::string& text, const std::string& file) {
    bool tooDeep = false;
    const auto limitDepth = [&](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
        tooDeep = tooDeep || depth > kMaxDepth;
        return !tooDeep;
    };
    auto json = nlohmann::json::parse(text, limitDepth, false);
    if (tooDeep || !json.is_object())
        return core::Error{core::ErrorCode::DataCorrupt, file + " is not a JSON object", ""};
    return json;
}

ConfigReader::ConfigReader(const nlohmann::json& object, std::string prefix, std::string file)
    : m_object(object), m_prefix(std::move(prefix)), m_file(std::move(file)) {}

const nlohmann::json* ConfigReader::find(const char* field) const {
    const auto found = m_object.find(field);
    return found == m_object.end() || found->is_null() ? nullptr : &*found;
}

bool ConfigReader::has(const char* field) const {
    return find(field) != nullptr;
}

int64_t ConfigReader::integer(const char* field, int64_t min, int64_t max) {
    const nlohmann::json* value = find(field);
    if (!value) {
        fail(field, "is missing");
        return min;
    }
    const auto number = asInteger(*value);
    if (number && *number >= min && *number <= max)
        return *number;
    fail(field, "must be an integer from " + std::to_string(min) + " to " + std::to_string(max));
    return min;
}

int64_t ConfigReader::integer(const char* field, int64_t min, int64_t max, int64_t absent) {
    return has(field) ? integer(field, min, max) : absent;
}

double ConfigReader::number(const char* field, double min, double max) {
    const nlohmann::json* value = find(field);
    if (!value) {
        fail(field, "is missing");
        return min;
    }
    const double number = value->is_number() ? value->get<double>() : NAN;
    if (number >= min && number <= max)
        return number;
    fail(field, "must be a number from " + numberText(min) + " to " + numberText(max));
    return min;
}

double ConfigReader::number(const char* field, double min, double max, double absent) {
    return has(field) ? number(field, min, max) : absent;
}

bool ConfigReader::flag(const char* field, bool absent) {
    const nlohmann::json* value = find(field);
    if (value && !value->is_boolean())
        fail(field, "must be true or false");
    return value && value->is_boolean() ? value->get<bool>() : absent;
}

std::string ConfigReader::text(const char* field, const std::string& absent) {
    const nlohmann::json* value = find(field);
    if (value && !value->is_string())
        fail(field, "must be a string");
    return value && value->is_string() ? value->get<std::string>() : absent;
}

std::vector<int32_t> ConfigReader::tokenIds(const char* field) {
    const nlohmann::json* value = find(field);
    if (!value)
        return {};
    const nlohmann::json list = value->is_array() ? *value : nlohmann::json::array({*value});
    std::vector<int32_t> ids;
    for (const auto& item : list) {
        const auto id = asInteger(item);
        if (!id || *id < 0 || *id > INT32_MAX || ids.size() == kMaxTokenIds) {
            fail(field, "must be a token id or a list of at most 64 token ids");
            return {};
        }
        ids.push_back(int32_t(*id));
    }
    return ids;
}

void ConfigReader::requireText(const char* field, const std::string& only) {
    if (text(field, only) != only)
        fail(field, "must be \"" + only + "\"; other values are not supported",
             core::ErrorCode::Unsupported);
}

void ConfigReader::fail(const char* field, const std::string& what, core::ErrorCode code) {
    if (!m_problem)
        m_problem = core::Error{code, m_file + ": " + m_prefix + field + " " + what, ""};
}

core::Status ConfigReader::status() const {
    return m_problem ? core::Status(*m_problem) : core::Status();
}

}  // namespace hearth::engine
