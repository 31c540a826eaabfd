// Filters that take a text or make one.
#include <charconv>
#include <cmath>

#include "engine/formats/chat_template/builtins.h"
#include "engine/formats/chat_template/operations.h"
#include "engine/formats/chat_template/python_text.h"
#include "engine/formats/chat_template/text_operations.h"
#include "engine/formats/utf8.h"

namespace hearth::engine::jinja {

namespace {

constexpr int64_t kMaxIndent = 100;

/// Jinja's text filters take str(value).
MarkedString asText(BuiltinCall& call) {
    return toString(call.runtime, call.self);
}

Value trim(BuiltinCall& call) {
    return Value(stripped(call.runtime, asText(call), call.textArgument(0), Side::Both));
}
Value upper(BuiltinCall& call) {
    return Value(withCase(call.runtime, asText(call), LetterCase::Upper));
}
Value lower(BuiltinCall& call) {
    return Value(withCase(call.runtime, asText(call), LetterCase::Lower));
}
Value capitalize(BuiltinCall& call) {
    return Value(withCase(call.runtime, asText(call), LetterCase::Capitalized));
}
Value title(BuiltinCall& call) {
    return Value(withCase(call.runtime, asText(call), LetterCase::Title));
}
Value string(BuiltinCall& call) {
    return Value(asText(call));
}

Value replace(BuiltinCall& call) {
    const MarkedString* from = call.textArgument(0);
    const MarkedString* to = call.textArgument(1);
    if (!from || !to)
        call.runtime.fail("replace needs two texts");
    return Value(replaced(call.runtime, asText(call), *from, *to, call.integerArgument(2, -1)));
}

MarkedString spaces(Runtime& runtime, int64_t count) {
    if (count < 0 || count > kMaxIndent)
        runtime.fail("an indentation is at most " + std::to_string(kMaxIndent));
    return MarkedString(std::string(static_cast<size_t>(count), ' '));
}

Value indent(BuiltinCall& call) {
    const bool isText = call.has(0) && call.arguments[0].text();
    const MarkedString width =
        isText ? *call.textArgument(0) : spaces(call.runtime, call.integerArgument(0, 4));
    const bool first = call.has(1) && call.arguments[1].truthy();
    const bool blank = call.has(2) && call.arguments[2].truthy();
    const MarkedString newLine("\n");
    const Value lines = splitText(call.runtime, asText(call), &newLine, -1);
    TextBuilder out(call.runtime);
    bool isFirst = true;
    for (const Value& line : lines.list()->items) {
        if (!isFirst)
            out.append(newLine);
        if (isFirst ? first : blank || !line.text()->empty())
            out.append(width);
        out.append(*line.text());
        isFirst = false;
    }
    return Value(out.take());
}

Value tojson(BuiltinCall& call) {
    JsonStyle style;
    if (call.has(0) && !call.arguments[0].isNone())
        style.indent = call.arguments[0].text() ? *call.textArgument(0)
                                                : spaces(call.runtime, call.integerArgument(0, 0));
    style.ensureAscii = call.has(1) && call.arguments[1].truthy();
    style.sortKeys = call.has(3) && call.arguments[3].truthy();
    if (call.has(2) && call.arguments[2].list()) {
        const auto& separators = call.arguments[2].list()->items;
        if (separators.size() != 2 || !separators[0].text() || !separators[1].text())
            call.runtime.fail("separators are two texts");
        style.itemSeparator = *separators[0].text();
        style.keySeparator = *separators[1].text();
    }
    TextBuilder out(call.runtime);
    appendJson(out, call.self, style);
    return Value(out.take());
}

template <typename Number>
std::optional<Number> parseNumber(std::string_view text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

Value toInt(BuiltinCall& call) {
    if (call.self.isNumber())
        return Value(call.self.integer());
    if (const MarkedString* text = call.self.text()) {
        const MarkedString digits = stripped(call.runtime, *text, nullptr, Side::Both);
        if (const auto value = parseNumber<int64_t>(digits.bytes()))
            return Value(*value);
        if (const auto value = parseNumber<double>(digits.bytes()))
            return Value(Value(*value).integer());
    }
    return call.has(0) ? call.arguments[0] : Value(int64_t{0});
}

Value toFloat(BuiltinCall& call) {
    if (call.self.isNumber())
        return Value(call.self.number());
    if (const MarkedString* text = call.self.text()) {
        const MarkedString digits = stripped(call.runtime, *text, nullptr, Side::Both);
        if (const auto value = parseNumber<double>(digits.bytes()))
            return Value(*value);
    }
    return call.has(0) ? call.arguments[0] : Value(0.0);
}

Value absolute(BuiltinCall& call) {
    if (!call.self.isNumber())
        call.runtime.fail("abs needs a number");
    return call.self.number() < 0 ? negate(call.runtime, call.self) : call.self;
}

Value roundNumber(BuiltinCall& call) {
    if (!call.self.isNumber())
        call.runtime.fail("round needs a number");
    const double scale = std::pow(10.0, static_cast<double>(call.integerArgument(0, 0)));
    const double scaled = call.self.number() * scale;
    if (!std::isfinite(scaled) || scale == 0)
        return Value(call.self.number());
    const MarkedString* method = call.textArgument(1);
    if (method && method->bytes() == "ceil")
        return Value(std::ceil(scaled) / scale);
    if (method && method->bytes() == "floor")
        return Value(std::floor(scaled) / scale);
    return Value(std::nearbyint(scaled) / scale);
}

Value safe(BuiltinCall& call) {
    return call.self;
}

}  // namespace

const std::vector<Builtin>& textFilters() {
    static const std::vector<Builtin> kTable = {
        {"trim", trim, {"chars"}},
        {"upper", upper},
        {"lower", lower},
        {"capitalize", capitalize},
        {"title", title},
        {"string", string},
        {"replace", replace, {"old", "new", "count"}},
        {"indent", indent, {"width", "first", "blank"}},
        {"tojson", tojson, {"indent", "ensure_ascii", "separators", "sort_keys"}},
        {"int", toInt, {"default"}},
        {"float", toFloat, {"default"}},
        {"abs", absolute},
        {"round", roundNumber, {"precision", "method"}},
        {"safe", safe},
    };
    return kTable;
}

}  // namespace hearth::engine::jinja
