// Filters, tests, functions and methods: tables of small functions.
#pragma once
#include <string_view>
#include <utility>
#include <vector>

#include "engine/formats/chat_template/ast.h"
#include "engine/formats/chat_template/runtime.h"

namespace hearth::engine::jinja {

/// One call of a builtin: self is what stands before the bar or the dot.
struct BuiltinCall {
    Runtime& runtime;
    Value self;
    std::vector<Value> arguments;                           // by parameter; Undefined if not given
    std::vector<std::pair<std::string, Value>> named = {};  // only where anyArguments is set

    /// The text given for a parameter, or nullptr when it is absent or none.
    const MarkedString* textArgument(size_t index) const;
    int64_t integerArgument(size_t index, int64_t fallback) const;
    bool has(size_t index) const {
        return index < arguments.size() && !arguments[index].isUndefined();
    }
    /// self as text; fails for another type.
    const MarkedString& selfText() const;
};

struct Builtin {
    std::string_view name;
    Value (*run)(BuiltinCall& call);
    std::vector<std::string_view> parameters = {};
    bool anyArguments = false;  // takes whatever is given, in order
};

struct GivenArguments {
    std::vector<Value> positional;
    std::vector<std::pair<std::string, Value>> named;
};

/// A method bound to its value, a function, or a macro.
struct Callable {
    const Builtin* builtin;
    Value self;
    const MacroStatement* macro;
};

// Null when there is none of that name.
const Builtin* findFilter(std::string_view name);
const Builtin* findTest(std::string_view name);
const Builtin* findFunction(std::string_view name);
const Builtin* findMethod(const Value& self, std::string_view name);

/// Sorts the arguments by parameter and runs the builtin.
Value callBuiltin(Runtime& runtime, const Builtin& builtin, const Value& self,
                  GivenArguments given);

// The tables, each in a file of its own.
const std::vector<Builtin>& textFilters();
const std::vector<Builtin>& listFilters();
const std::vector<Builtin>& tests();
const std::vector<Builtin>& functions();
const std::vector<Builtin>& textMethods();
const std::vector<Builtin>& dictMethods();

}  // namespace hearth::engine::jinja
