#include "engine/formats/chat_template/builtins.h"

namespace hearth::engine::jinja {

namespace {

const Builtin* find(const std::vector<Builtin>& table, std::string_view name) {
    for (const Builtin& builtin : table) {
        if (builtin.name == name)
            return &builtin;
    }
    return nullptr;
}

std::string inQuotes(std::string_view name) {
    return "'" + std::string(name) + "'";
}

}  // namespace

const MarkedString* BuiltinCall::textArgument(size_t index) const {
    if (!has(index) || arguments[index].isNone())
        return nullptr;
    if (!arguments[index].text())
        runtime.fail(std::string("expected a text, found ") + arguments[index].typeName());
    return arguments[index].text();
}

int64_t BuiltinCall::integerArgument(size_t index, int64_t fallback) const {
    if (!has(index) || arguments[index].isNone())
        return fallback;
    if (!arguments[index].isNumber())
        runtime.fail(std::string("expected a number, found ") + arguments[index].typeName());
    return arguments[index].integer();
}

const MarkedString& BuiltinCall::selfText() const {
    if (self.isUndefined())
        runtime.fail("'" + std::get<Undefined>(self.kind()).name + "' is undefined");
    if (!self.text())
        runtime.fail(std::string("expected a text, found ") + self.typeName());
    return *self.text();
}

const Builtin* findFilter(std::string_view name) {
    const Builtin* filter = find(textFilters(), name);
    return filter ? filter : find(listFilters(), name);
}
const Builtin* findTest(std::string_view name) {
    return find(tests(), name);
}
const Builtin* findFunction(std::string_view name) {
    return find(functions(), name);
}
const Builtin* findMethod(const Value& self, std::string_view name) {
    if (self.text())
        return find(textMethods(), name);
    return self.dict() ? find(dictMethods(), name) : nullptr;
}

Value callBuiltin(Runtime& runtime, const Builtin& builtin, const Value& self,
                  GivenArguments given) {
    runtime.step();
    BuiltinCall call{runtime, self, std::move(given.positional)};
    if (builtin.anyArguments) {
        call.named = std::move(given.named);
        return builtin.run(call);
    }
    if (call.arguments.size() > builtin.parameters.size())
        runtime.fail("too many arguments for " + inQuotes(builtin.name));
    call.arguments.resize(builtin.parameters.size(), Value(Undefined{"an argument"}));
    for (auto& [name, value] : given.named) {
        size_t index = 0;
        while (index < builtin.parameters.size() && builtin.parameters[index] != name)
            ++index;
        if (index == builtin.parameters.size())
            runtime.fail(inQuotes(builtin.name) + " has no argument " + inQuotes(name));
        call.arguments[index] = std::move(value);
    }
    return builtin.run(call);
}

}  // namespace hearth::engine::jinja
