#include "engine/formats/chat_template/operations.h"

#include <cmath>
#include <cstring>

#include "engine/formats/chat_template/builtins.h"
#include "engine/formats/chat_template/python_text.h"
#include "engine/formats/utf8.h"

namespace hearth::engine::jinja {

namespace {

[[noreturn]] void failTypes(Runtime& runtime, const char* what, const Value& left,
                            const Value& right) {
    for (const Value* value : {&left, &right}) {
        if (value->isUndefined())
            runtime.fail("'" + std::get<Undefined>(value->kind()).name + "' is undefined");
    }
    runtime.fail(std::string("cannot ") + what + " " + left.typeName() + " and " +
                 right.typeName());
}

Value concatenate(Runtime& runtime, const MarkedString& left, const MarkedString& right) {
    TextBuilder out(runtime);
    out.append(left);
    out.append(right);
    return Value(out.take());
}

Value concatenate(Runtime& runtime, const List& left, const List& right) {
    runtime.charge((left.items.size() + right.items.size()) * sizeof(Value));
    std::vector<Value> items = left.items;
    items.insert(items.end(), right.items.begin(), right.items.end());
    return runtime.makeList(std::move(items));
}

Value repeat(Runtime& runtime, const MarkedString& text, int64_t times) {
    TextBuilder out(runtime);
    for (int64_t i = 0; i < times && !text.empty(); ++i)
        out.append(text);
    return Value(out.take());
}

int64_t floorDivide(int64_t a, int64_t b) {
    const int64_t quotient = a / b;
    return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

Value integerPower(Runtime& runtime, int64_t base, int64_t exponent) {
    if (exponent < 0)
        return Value(std::pow(static_cast<double>(base), static_cast<double>(exponent)));
    int64_t result = 1;
    // An |base| of 2 or more overflows before 64 rounds, and fewer never change after that.
    if (base >= -1 && base <= 1)
        exponent = exponent > 2 ? 2 + exponent % 2 : exponent;
    for (int64_t i = 0; i < exponent; ++i) {
        if (__builtin_mul_overflow(result, base, &result))
            runtime.fail("a number is too large");
    }
    return Value(result);
}

Value integerArithmetic(Runtime& runtime, BinaryOperator op, int64_t a, int64_t b) {
    int64_t result = 0;
    bool overflow = false;
    switch (op) {
        case BinaryOperator::Add:
            overflow = __builtin_add_overflow(a, b, &result);
            break;
        case BinaryOperator::Subtract:
            overflow = __builtin_sub_overflow(a, b, &result);
            break;
        case BinaryOperator::Multiply:
            overflow = __builtin_mul_overflow(a, b, &result);
            break;
        case BinaryOperator::Power:
            return integerPower(runtime, a, b);
        case BinaryOperator::Divide:
            return Value(static_cast<double>(a) / static_cast<double>(b));
        default:
            if (b == -1)
                overflow =
                    op == BinaryOperator::FloorDivide && __builtin_sub_overflow(0, a, &result);
            else if (op == BinaryOperator::FloorDivide)
                result = floorDivide(a, b);
            else
                result = a - floorDivide(a, b) * b;
    }
    if (overflow)
        runtime.fail("a number is too large");
    return Value(result);
}

Value floatArithmetic(BinaryOperator op, double a, double b) {
    switch (op) {
        case BinaryOperator::Add:
            return Value(a + b);
        case BinaryOperator::Subtract:
            return Value(a - b);
        case BinaryOperator::Multiply:
            return Value(a * b);
        case BinaryOperator::Divide:
            return Value(a / b);
        case BinaryOperator::FloorDivide:
            return Value(std::floor(a / b));
        case BinaryOperator::Modulo:
            return Value(a - std::floor(a / b) * b);
        default:
            return Value(std::pow(a, b));
    }
}

Value arithmetic(Runtime& runtime, BinaryOperator op, const Value& left, const Value& right) {
    const bool divides = op == BinaryOperator::Divide || op == BinaryOperator::FloorDivide ||
                         op == BinaryOperator::Modulo;
    if (divides && right.number() == 0)
        runtime.fail("division by zero");
    if (left.isDouble() || right.isDouble())
        return floatArithmetic(op, left.number(), right.number());
    return integerArithmetic(runtime, op, left.integer(), right.integer());
}

bool listsEqual(Runtime& runtime, const List& left, const List& right) {
    if (left.items.size() != right.items.size())
        return false;
    for (size_t i = 0; i < left.items.size(); ++i) {
        if (!equals(runtime, left.items[i], right.items[i]))
            return false;
    }
    return true;
}

bool dictsEqual(Runtime& runtime, const Dict& left, const Dict& right) {
    if (left.entries.size() != right.entries.size())
        return false;
    for (const auto& [key, value] : left.entries) {
        runtime.step();
        const Value* other = right.find(key.bytes());
        if (!other || !equals(runtime, value, *other))
            return false;
    }
    return true;
}

Value loopMember(const Loop& loop, std::string_view name) {
    const int64_t length = loop.length();
    if (name == "index")
        return Value(loop.index0 + 1);
    if (name == "index0")
        return Value(loop.index0);
    if (name == "revindex")
        return Value(length - loop.index0);
    if (name == "revindex0")
        return Value(length - loop.index0 - 1);
    if (name == "first")
        return Value(loop.index0 == 0);
    if (name == "last")
        return Value(loop.index0 + 1 == length);
    if (name == "length")
        return Value(length);
    if (name == "depth")
        return Value(loop.depth);
    if (name == "depth0")
        return Value(loop.depth - 1);
    if (name == "previtem" && loop.index0 > 0)
        return loop.items->items[static_cast<size_t>(loop.index0 - 1)];
    if (name == "nextitem" && loop.index0 + 1 < length)
        return loop.items->items[static_cast<size_t>(loop.index0 + 1)];
    return Value(Undefined{std::string(name)});
}

/// Where the character of a given index begins.
size_t byteOffset(const std::string& text, int64_t characters) {
    size_t offset = 0;
    for (; characters > 0 && offset < text.size(); --characters)
        offset += utf8::decodeAt(text, offset).length;
    return offset;
}

/// One character of a text by its index, or Undefined.
Value characterAt(Runtime& runtime, const MarkedString& text, int64_t index) {
    runtime.scan(text.size());
    const auto length = static_cast<int64_t>(utf8::length(text.bytes()));
    if (index < 0)
        index += length;
    if (index < 0 || index >= length)
        return Value(Undefined{"a character"});
    const size_t begin = byteOffset(text.bytes(), index);
    return Value(text.part(begin, begin + utf8::decodeAt(text.bytes(), begin).length));
}

struct Bounds {
    int64_t start, stop, step;
};

/// Python's slice.indices().
Bounds sliceBounds(Runtime& runtime, int64_t length, const Value& start, const Value& stop,
                   const Value& step) {
    const auto read = [&](const Value& value, int64_t fallback) {
        if (value.isNone() || value.isUndefined())
            return fallback;
        if (!value.isInt() && !value.isBool())
            runtime.fail("slice indices must be integers");
        return value.integer();
    };
    Bounds bounds{0, 0, read(step, 1)};
    if (bounds.step == 0)
        runtime.fail("slice step cannot be zero");
    const bool forward = bounds.step > 0;
    const int64_t low = forward ? 0 : -1;
    const int64_t high = forward ? length : length - 1;
    const auto clamp = [&](int64_t index) {
        return std::clamp(index < 0 ? index + length : index, low, high);
    };
    bounds.start =
        start.isNone() || start.isUndefined() ? (forward ? low : high) : clamp(read(start, 0));
    bounds.stop =
        stop.isNone() || stop.isUndefined() ? (forward ? high : low) : clamp(read(stop, 0));
    // A step beyond the length selects one element, as any larger one does.
    bounds.step = std::clamp(bounds.step, -length - 1, length + 1);
    return bounds;
}

Value textSlice(Runtime& runtime, const MarkedString& text, const Value& start, const Value& stop) {
    runtime.scan(text.size());
    const auto length = static_cast<int64_t>(utf8::length(text.bytes()));
    const Bounds bounds = sliceBounds(runtime, length, start, stop, Value());
    TextBuilder out(runtime);
    if (bounds.start < bounds.stop)
        out.append(text, byteOffset(text.bytes(), bounds.start),
                   byteOffset(text.bytes(), bounds.stop));
    return Value(out.take());
}

}  // namespace

size_t findBytes(std::string_view text, std::string_view needle, size_t from) {
    if (from > text.size())
        return std::string_view::npos;
    const void* found =
        memmem(text.data() + from, text.size() - from, needle.data(), needle.size());
    return found ? static_cast<size_t>(static_cast<const char*>(found) - text.data())
                 : std::string_view::npos;
}

Value applyBinary(Runtime& runtime, BinaryOperator op, const Value& left, const Value& right) {
    if (op == BinaryOperator::Concat)
        return concatenate(runtime, toString(runtime, left), toString(runtime, right));
    if (left.isNumber() && right.isNumber())
        return arithmetic(runtime, op, left, right);
    if (op == BinaryOperator::Add && left.text() && right.text())
        return concatenate(runtime, *left.text(), *right.text());
    if (op == BinaryOperator::Add && left.list() && right.list())
        return concatenate(runtime, *left.list(), *right.list());
    if (op == BinaryOperator::Multiply && left.text() && right.isInt())
        return repeat(runtime, *left.text(), right.integer());
    failTypes(runtime, op == BinaryOperator::Add ? "concatenate" : "compute with", left, right);
}

Value negate(Runtime& runtime, const Value& value) {
    if (!value.isNumber())
        runtime.fail(std::string("cannot negate ") + value.typeName());
    return value.isDouble()
               ? Value(-value.number())
               : integerArithmetic(runtime, BinaryOperator::Subtract, 0, value.integer());
}

bool equals(Runtime& runtime, const Value& left, const Value& right) {
    runtime.step();
    if (left.isNumber() && right.isNumber()) {
        if (left.isDouble() || right.isDouble())
            return left.number() == right.number();
        return left.integer() == right.integer();
    }
    if (left.kind().index() != right.kind().index())
        return false;
    if (left.text()) {
        runtime.scan(std::min(left.text()->size(), right.text()->size()));
        return left.text()->bytes() == right.text()->bytes();
    }
    if (left.list())
        return listsEqual(runtime, *left.list(), *right.list());
    if (left.dict())
        return dictsEqual(runtime, *left.dict(), *right.dict());
    if (left.isNone() || left.isUndefined())
        return true;
    return left.nameSpace() == right.nameSpace() && left.callable() == right.callable() &&
           left.loop() == right.loop();
}

bool lessThan(Runtime& runtime, const Value& left, const Value& right) {
    runtime.step();
    if (left.isNumber() && right.isNumber()) {
        if (left.isDouble() || right.isDouble())
            return left.number() < right.number();
        return left.integer() < right.integer();
    }
    if (left.text() && right.text()) {
        runtime.scan(std::min(left.text()->size(), right.text()->size()));
        return left.text()->bytes() < right.text()->bytes();
    }
    if (!left.list() || !right.list())
        failTypes(runtime, "order", left, right);
    const auto& a = left.list()->items;
    const auto& b = right.list()->items;
    for (size_t i = 0; i < a.size() && i < b.size(); ++i) {
        if (!equals(runtime, a[i], b[i]))
            return lessThan(runtime, a[i], b[i]);
    }
    return a.size() < b.size();
}

bool contains(Runtime& runtime, const Value& container, const Value& element) {
    if (const MarkedString* text = container.text()) {
        if (!element.text())
            failTypes(runtime, "search", container, element);
        runtime.scan(text->size());
        return findBytes(text->bytes(), element.text()->bytes()) != std::string_view::npos;
    }
    if (const Dict* dict = container.dict())
        return element.text() && dict->find(element.text()->bytes());
    if (container.isUndefined())
        return false;
    if (!container.list())
        runtime.fail(std::string("cannot search in ") + container.typeName());
    for (const Value& item : container.list()->items) {
        if (equals(runtime, item, element))
            return true;
    }
    return false;
}

bool applyComparison(Runtime& runtime, Comparison comparison, const Value& left,
                     const Value& right) {
    switch (comparison) {
        case Comparison::Equal:
            return equals(runtime, left, right);
        case Comparison::NotEqual:
            return !equals(runtime, left, right);
        case Comparison::Less:
            return lessThan(runtime, left, right);
        case Comparison::Greater:
            return lessThan(runtime, right, left);
        case Comparison::LessEqual:
            return lessThan(runtime, left, right) || equals(runtime, left, right);
        case Comparison::GreaterEqual:
            return lessThan(runtime, right, left) || equals(runtime, left, right);
        case Comparison::In:
            return contains(runtime, right, left);
        case Comparison::NotIn:
            return !contains(runtime, right, left);
    }
    return false;
}

Value memberOf(Runtime& runtime, const Value& value, std::string_view name) {
    if (value.isUndefined())
        runtime.fail("'" + std::get<Undefined>(value.kind()).name + "' is undefined");
    if (const Builtin* method = findMethod(value, name))
        return Value(std::make_shared<const Callable>(Callable{method, value, nullptr}));
    const Value* found = nullptr;
    if (value.dict())
        found = value.dict()->find(name);
    else if (value.nameSpace())
        found = value.nameSpace()->find(name);
    else if (value.loop())
        return loopMember(*value.loop(), name);
    return found ? *found : Value(Undefined{std::string(name)});
}

Value elementOf(Runtime& runtime, const Value& value, const Value& key) {
    if (const MarkedString* name = key.text()) {
        const Value* found = value.dict() ? value.dict()->find(name->bytes()) : nullptr;
        return found ? *found : memberOf(runtime, value, name->bytes());
    }
    if (value.isUndefined())
        return memberOf(runtime, value, "");
    if (!key.isInt() && !key.isBool())
        return Value(Undefined{"an element"});
    int64_t index = key.integer();
    if (value.text())
        return characterAt(runtime, *value.text(), index);
    if (!value.list())
        return Value(Undefined{"element " + std::to_string(index)});
    const auto& items = value.list()->items;
    if (index < 0)
        index += static_cast<int64_t>(items.size());
    if (index < 0 || index >= static_cast<int64_t>(items.size()))
        return Value(Undefined{"element " + std::to_string(key.integer())});
    return items[static_cast<size_t>(index)];
}

Value sliceOf(Runtime& runtime, const Value& value, const Value& start, const Value& stop,
              const Value& step) {
    if (!value.list() && !value.text())
        runtime.fail(std::string("cannot slice ") + value.typeName());
    if (value.text() && (step.isNone() || step.isUndefined()))
        return textSlice(runtime, *value.text(), start, stop);
    const auto elements = elementsOf(runtime, value);
    const auto& items = elements->items;
    const Bounds bounds =
        sliceBounds(runtime, static_cast<int64_t>(items.size()), start, stop, step);
    std::vector<Value> selected;
    for (int64_t i = bounds.start; bounds.step > 0 ? i < bounds.stop : i > bounds.stop;
         i += bounds.step)
        selected.push_back(items[static_cast<size_t>(i)]);
    if (value.list())
        return runtime.makeList(std::move(selected));
    TextBuilder out(runtime);
    for (const Value& character : selected)
        out.append(*character.text());
    return Value(out.take());
}

std::shared_ptr<const List> elementsOf(Runtime& runtime, const Value& value) {
    if (const auto* list = std::get_if<std::shared_ptr<const List>>(&value.kind()))
        return *list;
    auto elements = std::make_shared<List>();
    if (const Dict* dict = value.dict()) {
        runtime.charge(dict->entries.size() * sizeof(Value));
        for (const auto& [key, item] : dict->entries)
            elements->items.push_back(Value(key));
    } else if (const MarkedString* text = value.text()) {
        for (size_t i = 0; i < text->size();) {
            runtime.charge(sizeof(Value) + sizeof(MarkedString));
            const size_t next = i + utf8::decodeAt(text->bytes(), i).length;
            elements->items.push_back(Value(text->part(i, next)));
            i = next;
        }
    } else if (!value.isUndefined()) {
        runtime.fail(std::string("a value of type ") + value.typeName() + " is not iterable");
    }
    return elements;
}

}  // namespace hearth::engine::jinja
