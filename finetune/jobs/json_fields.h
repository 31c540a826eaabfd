// One list of fields serves both directions: a struct's describe() function names each field
// with its range, and a JsonReader or JsonWriter walks it.
#pragma once
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/result.h"

namespace hearth::finetune {

template <typename T>
struct Range {
    T low = std::numeric_limits<T>::lowest();
    T high = std::numeric_limits<T>::max();
};

/// Spelling of an enum's values.
template <typename E>
using EnumNames = std::vector<std::pair<E, const char*>>;

/// Reads an object's fields; keeps the first error. Unknown fields are errors, so that a
/// misspelt one is not ignored.
class JsonReader {
public:
    JsonReader(const nlohmann::json& object, std::string path)
        : m_object(object), m_path(std::move(path)) {
        if (!m_object.is_object())
            fail(m_path.empty() ? "the document" : m_path, "must be an object");
    }

    void field(const char* name, std::string& value);
    void field(const char* name, bool& value);
    void field(const char* name, double& value, Range<double> range);
    void field(const char* name, int64_t& value, Range<int64_t> range);
    void field(const char* name, uint64_t& value);
    void field(const char* name, std::vector<std::string>& value);
    /// An object of whatever, as its text.
    void document(const char* name, std::string& json);
    /// An object of numbers.
    void field(const char* name, std::vector<std::pair<std::string, double>>& value);

    template <typename E>
    void choice(const char* name, E& value, const EnumNames<E>& names) {
        std::string text;
        field(name, text);
        if (text.empty())
            return;
        std::string known;
        for (const auto& [candidate, spelling] : names) {
            if (text == spelling) {
                value = candidate;
                return;
            }
            known += (known.empty() ? "" : ", ") + std::string(spelling);
        }
        fail(pathOf(name), "must be one of: " + known);
    }

    template <typename T>
    void object(const char* name, T& value) {
        if (const auto* json = take(name))
            readInto(*json, pathOf(name), value);
    }

    template <typename T>
    void list(const char* name, std::vector<T>& values) {
        const auto* json = take(name);
        if (!json)
            return;
        if (!json->is_array())
            return fail(pathOf(name), "must be a list");
        values.clear();
        for (size_t i = 0; i < json->size() && ok(); ++i)
            readInto((*json)[i], pathOf(name) + "[" + std::to_string(i) + "]",
                     values.emplace_back());
    }

    /// Called when every field has been named.
    core::Status finish();

private:
    bool ok() const { return !m_error.has_value(); }
    std::string pathOf(const char* name) const;
    void fail(const std::string& path, const std::string& problem);
    /// The field's value; null when absent, null in the JSON or after an error.
    const nlohmann::json* take(const char* name);

    template <typename T>
    void readInto(const nlohmann::json& json, const std::string& path, T& value) {
        JsonReader reader(json, path);
        describe(reader, value);
        if (auto status = reader.finish(); !status && ok())
            m_error = status.error();
    }

    const nlohmann::json& m_object;
    std::string m_path;
    std::set<std::string> m_known;
    std::optional<core::Error> m_error;
};

/// Writes every field, in the order of the list.
class JsonWriter {
public:
    template <typename T>
    void field(const char* name, const T& value) {
        m_object[name] = value;
    }
    template <typename T>
    void field(const char* name, const T& value, Range<T>) {
        m_object[name] = value;
    }
    void field(const char* name, const std::vector<std::pair<std::string, double>>& value) {
        auto& object = m_object[name] = nlohmann::ordered_json::object();
        for (const auto& [key, number] : value)
            object[key] = number;
    }
    void document(const char* name, const std::string& json) {
        if (!json.empty())
            m_object[name] = nlohmann::ordered_json::parse(json);
    }
    template <typename E>
    void choice(const char* name, const E& value, const EnumNames<E>& names) {
        for (const auto& [candidate, spelling] : names)
            if (candidate == value)
                m_object[name] = spelling;
    }
    template <typename T>
    void object(const char* name, T& value) {
        m_object[name] = write(value);
    }
    template <typename T>
    void list(const char* name, std::vector<T>& values) {
        auto array = nlohmann::ordered_json::array();
        for (auto& value : values)
            array.push_back(write(value));
        m_object[name] = std::move(array);
    }

    nlohmann::ordered_json take() { return std::move(m_object); }

private:
    template <typename T>
    static nlohmann::ordered_json write(T& value) {
        JsonWriter writer;
        describe(writer, value);
        return writer.take();
    }

    nlohmann::ordered_json m_object = nlohmann::ordered_json::object();
};

}  // namespace hearth::finetune
