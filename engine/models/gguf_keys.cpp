#include "engine/models/gguf_keys.h"

#include <algorithm>
#include <charconv>

namespace hearth::engine {

double shortestDouble(float value) {
    char text[64];
    const auto written = std::to_chars(text, std::end(text), value);
    double out = value;
    std::from_chars(text, written.ptr, out);
    return out;
}

GgufKeys::GgufKeys(const GgufFile& file) : m_file(file) {
    const GgufValue* value = find("general.architecture");
    if (value && value->as<std::string>())
        m_architecture = *value->as<std::string>();
}

std::string GgufKeys::fullName(std::string_view name) const {
    const bool whole = name.starts_with("general.") || name.starts_with("tokenizer.");
    return whole ? std::string(name) : m_architecture + "." + std::string(name);
}

const GgufValue* GgufKeys::find(std::string_view name) const {
    const auto found = m_file.metadata().find(fullName(name));
    return found == m_file.metadata().end() ? nullptr : &found->second;
}

int64_t GgufKeys::integer(std::string_view name, std::optional<int64_t> absent) {
    const GgufValue* value = find(name);
    if (!value && absent)
        return *absent;
    if (!value)
        return fail(name, "is missing"), 0;
    if (const auto* one = value->as<int64_t>())
        return *one;
    const auto* layers = value->as<std::vector<int64_t>>();
    if (!layers || layers->empty())
        return fail(name, "is not an integer"), 0;
    if (std::ranges::adjacent_find(*layers, std::not_equal_to<>()) != layers->end())
        return fail(name, "differs between layers, which Hearth does not support",
                    core::ErrorCode::Unsupported),
               0;
    return layers->front();
}

double GgufKeys::number(std::string_view name, std::optional<double> absent) {
    const GgufValue* value = find(name);
    if (!value && absent)
        return *absent;
    if (!value)
        return fail(name, "is missing"), 0.0;
    if (const auto* integer = value->as<int64_t>())
        return double(*integer);
    const auto* fraction = value->as<double>();
    if (!fraction)
        return fail(name, "is not a number"), 0.0;
    return value->type == GgufType::F32 ? shortestDouble(float(*fraction)) : *fraction;
}

bool GgufKeys::flag(std::string_view name, bool absent) {
    const GgufValue* value = find(name);
    if (!value)
        return absent;
    if (value->type != GgufType::Bool)
        return fail(name, "is not a bool"), false;
    return *value->as<int64_t>() != 0;
}

std::string GgufKeys::text(std::string_view name, const std::string& absent) {
    const GgufValue* value = find(name);
    if (!value)
        return absent;
    if (!value->as<std::string>())
        return fail(name, "is not a string"), "";
    return *value->as<std::string>();
}

void GgufKeys::fail(std::string_view name, const std::string& what, core::ErrorCode code) {
    if (!m_problem)
        m_problem =
            core::Error{code, "The GGUF file's " + fullName(name) + " " + what, m_file.label()};
}

core::Status GgufKeys::status() const {
    return m_problem ? core::Status(*m_problem) : core::Status();
}

}  // namespace hearth::engine
