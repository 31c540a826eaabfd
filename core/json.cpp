#include "core/json.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <unordered_set>

namespace hearth::core {
namespace {

using nlohmann::json;

struct Refusal {
    std::string reason;
};

// Watches the parser's events for what JSON allows and we don't.
class Guard {
public:
    explicit Guard(int maxDepth) : m_maxDepth(maxDepth) {}

    bool operator()(int depth, json::parse_event_t event, const json& parsed) {
        switch (event) {
            case json::parse_event_t::object_start:
                m_keys.emplace_back();
                [[fallthrough]];
            case json::parse_event_t::array_start:
                if (depth >= m_maxDepth)
                    throw Refusal{"is nested deeper than " + std::to_string(m_maxDepth) +
                                  " levels"};
                break;
            case json::parse_event_t::object_end:
                m_keys.pop_back();
                break;
            case json::parse_event_t::key: {
                const auto& key = parsed.get_ref<const std::string&>();
                if (!m_keys.back().insert(key).second)
                    throw Refusal{"has the key \"" + key.substr(0, 100) + "\" twice in one object"};
                break;
            }
            default:
                break;
        }
        return true;
    }

private:
    int m_maxDepth;
    std::vector<std::unordered_set<std::string>> m_keys;  // one set per open object
};

std::string positionOf(std::string_view text, std::size_t byte) {
    const std::string_view before = text.substr(0, byte == 0 ? 0 : byte - 1);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const std::size_t lineStart = before.rfind('\n') + 1;  // npos + 1 is 0
    return "line " + std::to_string(line) + ", column " +
           std::to_string(before.size() - lineStart + 1) + ", byte " + std::to_string(byte);
}

// The library's text without its prefix and without the token it read last, which may be secret.
std::string syntaxReason(std::string text) {
    if (const auto dash = text.find(" - "); dash != std::string::npos)
        text.erase(0, dash + 3);
    if (const auto token = text.find("; last read"); token != std::string::npos) {
        const auto expected = text.find("; expected", token);
        text.erase(token, expected == std::string::npos ? expected : expected - token);
    }
    return text;
}

std::string quoted(const std::string& field) {
    return "'" + field + "'";
}

Error fieldError(const std::string& field, const std::string& rule) {
    return {ErrorCode::InvalidArgument, quoted(field) + " " + rule, field};
}

Error missing(const std::string& field) {
    return fieldError(field, "is required");
}

std::string shortNumber(double value) {
    return json(value).dump();
}

}  // namespace

Result<json> parseJson(std::string_view text, const std::string& what, int maxDepth) {
    Guard guard(maxDepth);
    try {
        return json::parse(text.begin(), text.end(), std::ref(guard));
    } catch (const Refusal& refusal) {
        return Error{ErrorCode::InvalidArgument, what + " " + refusal.reason, ""};
    } catch (const json::parse_error& error) {
        return Error{ErrorCode::InvalidArgument,
                     what + " is not valid JSON: " + syntaxReason(error.what()),
                     positionOf(text, error.byte)};
    } catch (const json::out_of_range&) {
        return Error{ErrorCode::InvalidArgument, what + " has a number that is out of range", ""};
    }
}

const json* findField(const json& object, const std::string& field) {
    if (!object.is_object())
        return nullptr;
    const auto found = object.find(field);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

Result<std::int64_t> readInt(const json& object, const std::string& field, std::int64_t min,
                             std::int64_t max, std::optional<std::int64_t> fallback) {
    const json* value = findField(object, field);
    if (!value)
        return fallback ? Result<std::int64_t>(*fallback) : missing(field);
    const Error refused = fieldError(
        field, "must be an integer from " + std::to_string(min) + " to " + std::to_string(max));
    if (!value->is_number_integer())
        return refused;
    if (value->is_number_unsigned() &&
        value->get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX))
        return refused;
    const auto number = value->get<std::int64_t>();
    if (number < min || number > max)
        return refused;
    return number;
}

Result<double> readNumber(const json& object, const std::string& field, double min, double max,
                          std::optional<double> fallback) {
    const json* value = findField(object, field);
    if (!value)
        return fallback ? Result<double>(*fallback) : missing(field);
    const double number = value->is_number() ? value->get<double>() : NAN;
    if (!(number >= min && number <= max))  // also false for NaN
        return fieldError(field,
                          "must be a number from " + shortNumber(min) + " to " + shortNumber(max));
    return number;
}

Result<bool> readBool(const json& object, const std::string& field, std::optional<bool> fallback) {
    const json* value = findField(object, field);
    if (!value)
        return fallback ? Result<bool>(*fallback) : missing(field);
    if (!value->is_boolean())
        return fieldError(field, "must be true or false");
    return value->get<bool>();
}

Result<std::string> readString(const json& object, const std::string& field, std::size_t maxBytes,
                               std::optional<std::string> fallback) {
    const json* value = findField(object, field);
    if (!value)
        return fallback ? Result<std::string>(*std::move(fallback)) : missing(field);
    if (!value->is_string())
        return fieldError(field, "must be a string");
    const auto& text = value->get_ref<const std::string&>();
    if (text.size() > maxBytes)
        return fieldError(field, "must not be longer than " + std::to_string(maxBytes) + " bytes");
    return text;
}

Status rejectUnknownFields(const json& object, std::initializer_list<std::string_view> known) {
    if (!object.is_object())
        return {};
    for (const auto& [key, value] : object.items()) {
        if (std::find(known.begin(), known.end(), key) == known.end())
            return fieldError(key.substr(0, 100), "is not a known field here");
    }
    return {};
}

std::string dumpJson(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace hearth::core
