// What may follow `is`.
#include "engine/formats/chat_template/builtins.h"
#include "engine/formats/chat_template/operations.h"
#include "engine/formats/chat_template/text_operations.h"

namespace hearth::engine::jinja {

namespace {

template <bool (Value::*Property)() const>
Value has(BuiltinCall& call) {
    return Value((call.self.*Property)());
}

template <Comparison Kind>
Value compare(BuiltinCall& call) {
    return Value(applyComparison(call.runtime, Kind, call.self, call.arguments[0]));
}

Value isDefined(BuiltinCall& call) {
    return Value(!call.self.isUndefined());
}
Value isString(BuiltinCall& call) {
    return Value(call.self.text() != nullptr);
}
Value isMapping(BuiltinCall& call) {
    return Value(call.self.dict() != nullptr);
}
Value isSequence(BuiltinCall& call) {
    return Value(call.self.text() || call.self.list() || call.self.dict());
}
Value isIterable(BuiltinCall& call) {
    return Value(call.self.text() || call.self.list() || call.self.dict() ||
                 call.self.isUndefined());
}
Value isTrue(BuiltinCall& call) {
    return Value(call.self.isBool() && call.self.truthy());
}
Value isFalse(BuiltinCall& call) {
    return Value(call.self.isBool() && !call.self.truthy());
}
Value isCallable(BuiltinCall& call) {
    return Value(call.self.callable() != nullptr);
}

int64_t remainder(BuiltinCall& call, int64_t divisor) {
    if (!call.self.isNumber())
        call.runtime.fail("expected a number");
    if (divisor == 0)
        call.runtime.fail("division by zero");
    return divisor == -1 ? 0 : call.self.integer() % divisor;
}
Value isOdd(BuiltinCall& call) {
    return Value(remainder(call, 2) != 0);
}
Value isEven(BuiltinCall& call) {
    return Value(remainder(call, 2) == 0);
}
Value isDivisibleBy(BuiltinCall& call) {
    return Value(remainder(call, call.integerArgument(0, 0)) == 0);
}

Value isLower(BuiltinCall& call) {
    const MarkedString& text = call.selfText();
    return Value(withCase(call.runtime, text, LetterCase::Lower).bytes() == text.bytes());
}
Value isUpper(BuiltinCall& call) {
    const MarkedString& text = call.selfText();
    return Value(withCase(call.runtime, text, LetterCase::Upper).bytes() == text.bytes());
}

}  // namespace

const std::vector<Builtin>& tests() {
    static const std::vector<Builtin> kTable = {
        {"defined", isDefined},
        {"undefined", has<&Value::isUndefined>},
        {"none", has<&Value::isNone>},
        {"boolean", has<&Value::isBool>},
        {"integer", has<&Value::isInt>},
        {"float", has<&Value::isDouble>},
        {"number", has<&Value::isNumber>},
        {"true", isTrue},
        {"false", isFalse},
        {"string", isString},
        {"mapping", isMapping},
        {"sequence", isSequence},
        {"iterable", isIterable},
        {"callable", isCallable},
        {"odd", isOdd},
        {"even", isEven},
        {"divisibleby", isDivisibleBy, {"num"}},
        {"lower", isLower},
        {"upper", isUpper},
        {"eq", compare<Comparison::Equal>, {"other"}},
        {"equalto", compare<Comparison::Equal>, {"other"}},
        {"sameas", compare<Comparison::Equal>, {"other"}},
        {"ne", compare<Comparison::NotEqual>, {"other"}},
        {"lt", compare<Comparison::Less>, {"other"}},
        {"lessthan", compare<Comparison::Less>, {"other"}},
        {"le", compare<Comparison::LessEqual>, {"other"}},
        {"gt", compare<Comparison::Greater>, {"other"}},
        {"greaterthan", compare<Comparison::Greater>, {"other"}},
        {"ge", compare<Comparison::GreaterEqual>, {"other"}},
        {"in", compare<Comparison::In>, {"seq"}},
    };
    return kTable;
}

}  // namespace hearth::engine::jinja
