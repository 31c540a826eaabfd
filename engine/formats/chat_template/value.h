// What a template computes with: Python's values, as far as templates need them.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "engine/formats/chat_template/marked_string.h"

namespace hearth::engine::jinja {

class Value;
struct List;
struct Dict;
struct Namespace;
struct Callable;
struct Loop;

/// A name or member that does not exist; prints as nothing, and fails when used further.
struct Undefined {
    std::string name;
};
struct None {};

/// Texts, lists and dicts are immutable and shared; only a namespace changes.
class Value {
public:
    using Text = std::shared_ptr<const MarkedString>;
    using Kind =
        std::variant<Undefined, None, bool, int64_t, double, Text, std::shared_ptr<const List>,
                     std::shared_ptr<const Dict>, std::shared_ptr<Namespace>,
                     std::shared_ptr<const Callable>, std::shared_ptr<const Loop>>;

    Value() : m_kind(None{}) {}
    Value(Undefined undefined) : m_kind(std::move(undefined)) {}
    Value(bool b) : m_kind(b) {}
    Value(int64_t i) : m_kind(i) {}
    Value(double d) : m_kind(d) {}
    Value(MarkedString text) : m_kind(std::make_shared<const MarkedString>(std::move(text))) {}
    Value(const char*) = delete;
    template <typename T>
    requires std::is_constructible_v<Kind, std::shared_ptr<T>> Value(std::shared_ptr<T> object)
        : m_kind(std::move(object)) {}

    bool isUndefined() const { return is<Undefined>(); }
    bool isNone() const { return is<None>(); }
    bool isBool() const { return is<bool>(); }
    bool isInt() const { return is<int64_t>(); }
    bool isDouble() const { return is<double>(); }
    /// Booleans count as numbers, as in Python.
    bool isNumber() const { return isBool() || isInt() || isDouble(); }

    // Each is null when the value is of another kind.
    const MarkedString* text() const { return pointer<const MarkedString>(); }
    const List* list() const { return pointer<const List>(); }
    const Dict* dict() const { return pointer<const Dict>(); }
    Namespace* nameSpace() const { return pointer<Namespace>(); }
    const Callable* callable() const { return pointer<const Callable>(); }
    const Loop* loop() const { return pointer<const Loop>(); }

    const Kind& kind() const { return m_kind; }
    /// REQUIRES: isNumber(). A double is cut towards zero for integer().
    double number() const;
    int64_t integer() const;

    bool truthy() const;
    /// How deep the values it holds are nested, a method's owner and a loop's list included; 0 for
    /// a scalar.
    int depth() const;
    /// Python's name of the type, for messages.
    const char* typeName() const;

private:
    template <typename T>
    bool is() const {
        return std::holds_alternative<T>(m_kind);
    }
    template <typename T>
    T* pointer() const {
        const auto* held = std::get_if<std::shared_ptr<T>>(&m_kind);
        return held ? held->get() : nullptr;
    }

    Kind m_kind;
};

struct List {
    std::vector<Value> items;
    int depth = 1;
};

/// Keeps the order of insertion.
struct Dict {
    std::vector<std::pair<MarkedString, Value>> entries;
    int depth = 1;

    const Value* find(std::string_view key) const;
};

/// namespace(...) of a template: the one thing a loop body can change for what follows it.
struct Namespace {
    std::vector<std::pair<std::string, Value>> entries;

    const Value* find(std::string_view key) const;
    void set(const std::string& key, Value value);
};

/// The variable `loop` in a for block.
struct Loop {
    std::shared_ptr<const List> items;
    int64_t index0 = 0;
    int64_t depth = 1;

    int64_t length() const { return static_cast<int64_t>(items->items.size()); }
};

}  // namespace hearth::engine::jinja
