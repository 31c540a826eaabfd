#include "engine/formats/chat_template/json_value.h"

#include <array>
#include <nlohmann/json.hpp>

#include "engine/formats/utf8.h"

namespace hearth::engine::jinja {

namespace {

constexpr std::array<std::string_view, 6> kRoles = {"system",    "developer", "user",
                                                    "assistant", "tool",      "function"};

bool isWellKnownRole(std::string_view key, std::string_view value) {
    return key == "role" && std::find(kRoles.begin(), kRoles.end(), value) != kRoles.end();
}

template <typename Json>
bool isAssistantMessage(const Json& object) {
    const auto role = object.find("role");
    return role != object.end() && role->is_string() &&
           role->template get_ref<const std::string&>() == "assistant";
}

class Converter {
public:
    Converter(Runtime& runtime, Origin origin) : m_runtime(runtime), m_origin(origin) {}

    template <typename Json>
    Value convert(const Json& json, int depth, std::string_view key) {
        m_runtime.step();
        if (depth > ChatTemplate::kMaxDepth)
            m_runtime.fail("the input is nested too deep");
        if (json.is_string())
            return text(json.template get_ref<const std::string&>(), key);
        if (json.is_array())
            return list(json, depth);
        if (json.is_object())
            return dict(json, depth);
        if (json.is_boolean())
            return Value(json.template get<bool>());
        if (json.is_number_integer() && fitsInteger(json))
            return Value(json.template get<int64_t>());
        return json.is_number() ? Value(json.template get<double>()) : Value();
    }

private:
    template <typename Json>
    static bool fitsInteger(const Json& json) {
        return !json.is_number_unsigned() || json.template get<uint64_t>() <= INT64_MAX;
    }

    Value text(const std::string& bytes, std::string_view key) {
        m_runtime.charge(bytes.size());
        return Value(MarkedString(utf8::withoutInvalid(bytes),
                                  isWellKnownRole(key, bytes) ? Origin::Template : m_origin));
    }

    template <typename Json>
    Value list(const Json& json, int depth) {
        std::vector<Value> items;
        items.reserve(json.size());
        for (const Json& item : json)
            items.push_back(convert(item, depth + 1, ""));
        return m_runtime.makeList(std::move(items));
    }

    template <typename Json>
    Value dict(const Json& json, int depth) {
        const Origin outer = m_origin;
        if (outer == Origin::Input && isAssistantMessage(json))
            m_origin = Origin::Assistant;
        std::vector<std::pair<MarkedString, Value>> entries;
        entries.reserve(json.size());
        for (const auto& [key, value] : json.items())
            entries.emplace_back(MarkedString(utf8::withoutInvalid(key), m_origin),
                                 convert(value, depth + 1, key));
        m_origin = outer;
        return m_runtime.makeDict(std::move(entries));
    }

    Runtime& m_runtime;
    Origin m_origin;
};

}  // namespace

Value fromJson(Runtime& runtime, const nlohmann::json& json, Origin origin) {
    return Converter(runtime, origin).convert(json, 0, "");
}

Value fromJson(Runtime& runtime, const nlohmann::ordered_json& json, Origin origin) {
    return Converter(runtime, origin).convert(json, 0, "");
}

}  // namespace hearth::engine::jinja
