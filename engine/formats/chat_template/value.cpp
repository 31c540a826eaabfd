#include "engine/formats/chat_template/value.h"

#include "core/assert.h"
#include "engine/formats/chat_template/builtins.h"

namespace hearth::engine::jinja {

double Value::number() const {
    if (isDouble())
        return std::get<double>(m_kind);
    return static_cast<double>(integer());
}

int64_t Value::integer() const {
    CORE_ASSERT(isNumber());
    if (isBool())
        return std::get<bool>(m_kind) ? 1 : 0;
    if (isInt())
        return std::get<int64_t>(m_kind);
    constexpr double kLimit = 9.2e18;  // a double beyond int64_t has no defined conversion
    const double value = std::get<double>(m_kind);
    return value > -kLimit && value < kLimit ? static_cast<int64_t>(value) : 0;
}

bool Value::truthy() const {
    if (isUndefined() || isNone())
        return false;
    if (isDouble())
        return number() != 0;
    if (isNumber())
        return integer() != 0;
    if (text())
        return !text()->empty();
    if (list())
        return !list()->items.empty();
    if (dict())
        return !dict()->entries.empty();
    return true;
}

int Value::depth() const {
    if (list())
        return list()->depth;
    if (dict())
        return dict()->depth;
    if (callable())
        return callable()->self.depth() + 1;
    return loop() ? loop()->items->depth + 1 : 0;
}

const char* Value::typeName() const {
    constexpr const char* kNames[] = {"undefined", "NoneType", "bool", "int",
                                      "float",     "str",      "list", "dict",
                                      "Namespace", "method",   "loop"};
    static_assert(std::size(kNames) == std::variant_size_v<Kind>);
    return kNames[m_kind.index()];
}

const Value* Dict::find(std::string_view key) const {
    for (const auto& [name, value] : entries) {
        if (name.bytes() == key)
            return &value;
    }
    return nullptr;
}

const Value* Namespace::find(std::string_view key) const {
    for (const auto& [name, value] : entries) {
        if (name == key)
            return &value;
    }
    return nullptr;
}

void Namespace::set(const std::string& key, Value value) {
    for (auto& [name, old] : entries) {
        if (name == key) {
            old = std::move(value);
            return;
        }
    }
    entries.emplace_back(key, std::move(value));
}

}  // namespace hearth::engine::jinja
