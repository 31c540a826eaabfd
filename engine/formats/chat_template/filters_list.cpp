// Filters that work on lists and dicts, or on any value.
#include <algorithm>

#include "engine/formats/chat_template/builtins.h"
#include "engine/formats/chat_template/operations.h"
#include "engine/formats/chat_template/python_text.h"
#include "engine/formats/chat_template/text_operations.h"
#include "engine/formats/utf8.h"

namespace hearth::engine::jinja {

namespace {

Value orDefault(BuiltinCall& call) {
    const bool boolean = call.has(1) && call.arguments[1].truthy();
    if (!call.self.isUndefined() && !(boolean && !call.self.truthy()))
        return call.self;
    return call.has(0) ? call.arguments[0] : Value(MarkedString());
}

Value length(BuiltinCall& call) {
    const Value& self = call.self;
    if (self.text()) {
        call.runtime.scan(self.text()->size());
        return Value(static_cast<int64_t>(utf8::length(self.text()->bytes())));
    }
    if (self.dict())
        return Value(static_cast<int64_t>(self.dict()->entries.size()));
    if (!self.list() && !self.isUndefined())
        call.runtime.fail(std::string("a value of type ") + self.typeName() + " has no length");
    return Value(self.list() ? static_cast<int64_t>(self.list()->items.size()) : int64_t{0});
}

Value list(BuiltinCall& call) {
    return Value(elementsOf(call.runtime, call.self));
}

Value first(BuiltinCall& call) {
    const auto elements = elementsOf(call.runtime, call.self);
    return elements->items.empty() ? Value(Undefined{"the first element"})
                                   : elements->items.front();
}
Value last(BuiltinCall& call) {
    const auto elements = elementsOf(call.runtime, call.self);
    return elements->items.empty() ? Value(Undefined{"the last element"}) : elements->items.back();
}

Value reverse(BuiltinCall& call) {
    std::vector<Value> items = elementsOf(call.runtime, call.self)->items;
    std::reverse(items.begin(), items.end());
    if (!call.self.text())
        return call.runtime.makeList(std::move(items));
    const Value reversed = call.runtime.makeList(std::move(items));
    return Value(joined(call.runtime, *reversed.list(), MarkedString()));
}

/// a.b.0 of an element, as the attribute arguments of filters write it.
Value attributeOf(Runtime& runtime, const Value& element, const Value& path) {
    if (!path.text())
        return elementOf(runtime, element, path);
    const MarkedString dot(".");
    Value value = element;
    const Value names = splitText(runtime, *path.text(), &dot, -1);
    for (const Value& name : names.list()->items) {
        const std::string& bytes = name.text()->bytes();
        const bool isIndex = !bytes.empty() && bytes.size() < 10 &&
                             bytes.find_first_not_of("0123456789") == std::string::npos;
        value = elementOf(runtime, value, isIndex ? Value(int64_t{std::stoll(bytes)}) : name);
    }
    return value;
}

Value join(BuiltinCall& call) {
    const MarkedString* separator = call.textArgument(0);
    auto elements = elementsOf(call.runtime, call.self);
    if (!call.has(1))
        return Value(joined(call.runtime, *elements, separator ? *separator : MarkedString()));
    auto attributes = std::make_shared<List>();
    for (const Value& element : elements->items)
        attributes->items.push_back(attributeOf(call.runtime, element, call.arguments[1]));
    return Value(joined(call.runtime, *attributes, separator ? *separator : MarkedString()));
}

Value items(BuiltinCall& call) {
    if (call.self.isUndefined())
        return call.runtime.makeList({});
    if (!call.self.dict())
        call.runtime.fail("items needs a dict");
    return callBuiltin(call.runtime, *findMethod(call.self, "items"), call.self, {});
}

bool flag(const BuiltinCall& call, size_t index) {
    return call.has(index) && call.arguments[index].truthy();
}

/// How sort, min and unique see a value unless they are told to mind the case.
Value folded(Runtime& runtime, const Value& value, bool caseSensitive) {
    if (caseSensitive || !value.text())
        return value;
    return Value(withCase(runtime, *value.text(), LetterCase::Lower));
}

Value sorted(Runtime& runtime, std::vector<std::pair<Value, Value>> keyed, bool descending) {
    std::stable_sort(keyed.begin(), keyed.end(), [&](const auto& a, const auto& b) {
        return descending ? lessThan(runtime, b.first, a.first)
                          : lessThan(runtime, a.first, b.first);
    });
    std::vector<Value> result;
    for (auto& [key, value] : keyed)
        result.push_back(std::move(value));
    return runtime.makeList(std::move(result));
}

Value sort(BuiltinCall& call) {
    std::vector<std::pair<Value, Value>> keyed;
    const auto elements = elementsOf(call.runtime, call.self);
    for (const Value& element : elements->items) {
        const Value key =
            call.has(2) ? attributeOf(call.runtime, element, call.arguments[2]) : element;
        keyed.emplace_back(folded(call.runtime, key, flag(call, 1)), element);
    }
    return sorted(call.runtime, std::move(keyed), flag(call, 0));
}

Value dictsort(BuiltinCall& call) {
    const MarkedString* by = call.textArgument(1);
    const size_t index = by && by->bytes() == "value" ? 1 : 0;
    const Value pairs = items(call);
    std::vector<std::pair<Value, Value>> keyed;
    for (const Value& pair : pairs.list()->items)
        keyed.emplace_back(folded(call.runtime, pair.list()->items[index], flag(call, 0)), pair);
    return sorted(call.runtime, std::move(keyed), flag(call, 2));
}

Value unique(BuiltinCall& call) {
    std::vector<Value> kept;
    std::vector<Value> keys;
    const auto elements = elementsOf(call.runtime, call.self);
    for (const Value& element : elements->items) {
        const Value value =
            call.has(1) ? attributeOf(call.runtime, element, call.arguments[1]) : element;
        const Value key = folded(call.runtime, value, flag(call, 0));
        const bool known = std::any_of(keys.begin(), keys.end(), [&](const Value& other) {
            return equals(call.runtime, key, other);
        });
        if (known)
            continue;
        keys.push_back(key);
        kept.push_back(element);
    }
    return call.runtime.makeList(std::move(kept));
}

Value extreme(BuiltinCall& call, bool largest) {
    Value best(Undefined{"an element of an empty list"});
    const auto elements = elementsOf(call.runtime, call.self);
    for (const Value& element : elements->items) {
        const Value key = folded(call.runtime, element, false);
        const Value bestKey = folded(call.runtime, best, false);
        if (best.isUndefined() ||
            (largest ? lessThan(call.runtime, bestKey, key) : lessThan(call.runtime, key, bestKey)))
            best = element;
    }
    return best;
}
Value minimum(BuiltinCall& call) {
    return extreme(call, false);
}
Value maximum(BuiltinCall& call) {
    return extreme(call, true);
}

Value sum(BuiltinCall& call) {
    Value total = call.has(1) ? call.arguments[1] : Value(int64_t{0});
    const auto elements = elementsOf(call.runtime, call.self);
    for (const Value& element : elements->items) {
        const Value value = call.has(0) && !call.arguments[0].isNone()
                                ? attributeOf(call.runtime, element, call.arguments[0])
                                : element;
        total = applyBinary(call.runtime, BinaryOperator::Add, total, value);
    }
    return total;
}

const Value* namedArgument(const BuiltinCall& call, std::string_view name) {
    for (const auto& [key, value] : call.named) {
        if (key == name)
            return &value;
    }
    return nullptr;
}

/// The arguments after the first `count`.
GivenArguments rest(const BuiltinCall& call, size_t count) {
    GivenArguments given;
    if (call.arguments.size() > count)
        given.positional.assign(call.arguments.begin() + static_cast<ptrdiff_t>(count),
                                call.arguments.end());
    return given;
}

const MarkedString& nameArgument(const BuiltinCall& call, size_t index) {
    const MarkedString* name = call.textArgument(index);
    if (!name)
        call.runtime.fail("the name of a filter, a test or an attribute is missing");
    return *name;
}

/// map('filter', arguments...) or map(attribute='name', default=value).
Value map(BuiltinCall& call) {
    const Value* attribute = namedArgument(call, "attribute");
    const Value* fallback = namedArgument(call, "default");
    const Builtin* filter = attribute ? nullptr : findFilter(nameArgument(call, 0).bytes());
    if (!attribute && !filter)
        call.runtime.fail("unknown filter '" + nameArgument(call, 0).bytes() + "'");
    std::vector<Value> results;
    const auto elements = elementsOf(call.runtime, call.self);
    for (const Value& element : elements->items) {
        Value result = attribute ? attributeOf(call.runtime, element, *attribute)
                                 : callBuiltin(call.runtime, *filter, element, rest(call, 1));
        if (result.isUndefined() && fallback)
            result = *fallback;
        results.push_back(std::move(result));
    }
    return call.runtime.makeList(std::move(results));
}

/// Elements for which a test holds, or doesn't; without a test: which are true.
Value filtered(BuiltinCall& call, bool byAttribute, bool wanted) {
    const size_t testIndex = byAttribute ? 1 : 0;
    const Builtin* test = nullptr;
    if (call.has(testIndex)) {
        const std::string& name = nameArgument(call, testIndex).bytes();
        test = findTest(name);
        if (!test)
            call.runtime.fail("unknown test '" + name + "'");
    }
    const MarkedString attribute = byAttribute ? nameArgument(call, 0) : MarkedString();
    std::vector<Value> kept;
    const auto elements = elementsOf(call.runtime, call.self);
    for (const Value& element : elements->items) {
        const Value value =
            byAttribute ? attributeOf(call.runtime, element, Value(attribute)) : element;
        const Value result =
            test ? callBuiltin(call.runtime, *test, value, rest(call, testIndex + 1)) : value;
        if (result.truthy() == wanted)
            kept.push_back(element);
    }
    return call.runtime.makeList(std::move(kept));
}
Value select(BuiltinCall& call) {
    return filtered(call, false, true);
}
Value reject(BuiltinCall& call) {
    return filtered(call, false, false);
}
Value selectattr(BuiltinCall& call) {
    return filtered(call, true, true);
}
Value rejectattr(BuiltinCall& call) {
    return filtered(call, true, false);
}

}  // namespace

const std::vector<Builtin>& listFilters() {
    static const std::vector<Builtin> kTable = {
        {"default", orDefault, {"default_value", "boolean"}},
        {"d", orDefault, {"default_value", "boolean"}},
        {"length", length},
        {"count", length},
        {"list", list},
        {"first", first},
        {"last", last},
        {"reverse", reverse},
        {"join", join, {"d", "attribute"}},
        {"items", items},
        {"sort", sort, {"reverse", "case_sensitive", "attribute"}},
        {"dictsort", dictsort, {"case_sensitive", "by", "reverse"}},
        {"unique", unique, {"case_sensitive", "attribute"}},
        {"min", minimum},
        {"max", maximum},
        {"sum", sum, {"attribute", "start"}},
        {"map", map, {}, true},
        {"select", select, {}, true},
        {"reject", reject, {}, true},
        {"selectattr", selectattr, {}, true},
        {"rejectattr", rejectattr, {}, true},
    };
    return kTable;
}

}  // namespace hearth::engine::jinja
