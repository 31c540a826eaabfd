// Methods of texts and dicts.
#include <utf8proc.h>

#include "engine/formats/chat_template/builtins.h"
#include "engine/formats/chat_template/operations.h"
#include "engine/formats/chat_template/text_operations.h"
#include "engine/formats/utf8.h"

namespace hearth::engine::jinja {

namespace {

template <Side Where>
Value strip(BuiltinCall& call) {
    return Value(stripped(call.runtime, call.selfText(), call.textArgument(0), Where));
}

template <LetterCase Kind>
Value changeCase(BuiltinCall& call) {
    return Value(withCase(call.runtime, call.selfText(), Kind));
}

Value split(BuiltinCall& call) {
    return splitText(call.runtime, call.selfText(), call.textArgument(0),
                     call.integerArgument(1, -1));
}

Value splitRight(BuiltinCall& call) {
    const MarkedString* separator = call.textArgument(0);
    if (!separator)
        call.runtime.fail("rsplit needs a separator");
    return splitTextFromRight(call.runtime, call.selfText(), *separator,
                              call.integerArgument(1, -1));
}

Value splitAtLines(BuiltinCall& call) {
    return splitLines(call.runtime, call.selfText());
}

const MarkedString& needle(const BuiltinCall& call, size_t index = 0) {
    const MarkedString* text = call.textArgument(index);
    if (!text)
        call.runtime.fail("a text is missing");
    return *text;
}

/// startswith and endswith also take a tuple of texts.
template <bool AtStart>
Value touches(BuiltinCall& call) {
    const std::string_view text = call.selfText().bytes();
    const auto matches = [&](const Value& value) {
        if (!value.text())
            call.runtime.fail("startswith and endswith need a text");
        const std::string& part = value.text()->bytes();
        call.runtime.scan(sizeof(Value) + std::min(text.size(), part.size()));
        return AtStart ? text.starts_with(part) : text.ends_with(part);
    };
    if (!call.has(0) || !call.arguments[0].list())
        return Value(matches(call.arguments[0]));
    const auto& parts = call.arguments[0].list()->items;
    return Value(std::any_of(parts.begin(), parts.end(), matches));
}

template <bool AtStart>
Value removeAffix(BuiltinCall& call) {
    const MarkedString& text = call.selfText();
    const MarkedString& affix = needle(call);
    const std::string_view bytes = text.bytes();
    if (!(AtStart ? bytes.starts_with(affix.bytes()) : bytes.ends_with(affix.bytes())))
        return call.self;
    return Value(AtStart ? text.part(affix.size(), text.size())
                         : text.part(0, text.size() - affix.size()));
}

Value replace(BuiltinCall& call) {
    return Value(replaced(call.runtime, call.selfText(), needle(call), needle(call, 1),
                          call.integerArgument(2, -1)));
}

Value joinItems(BuiltinCall& call) {
    return Value(
        joined(call.runtime, *elementsOf(call.runtime, call.arguments[0]), call.selfText()));
}

/// Position in characters, or -1.
Value positionOf(const MarkedString& text, size_t found) {
    if (found == std::string::npos)
        return Value(int64_t{-1});
    return Value(
        static_cast<int64_t>(utf8::length(std::string_view(text.bytes()).substr(0, found))));
}
Value findText(BuiltinCall& call) {
    call.runtime.scan(call.selfText().size());
    return positionOf(call.selfText(), findBytes(call.selfText().bytes(), needle(call).bytes()));
}
Value findTextFromRight(BuiltinCall& call) {
    return positionOf(call.selfText(),
                      ReverseFinder(call.runtime, call.selfText().bytes(), needle(call).bytes())
                          .before(call.selfText().size()));
}

Value countText(BuiltinCall& call) {
    const std::string& text = call.selfText().bytes();
    const std::string& part = needle(call).bytes();
    call.runtime.scan(text.size());
    if (part.empty())
        return Value(static_cast<int64_t>(utf8::length(text)) + 1);
    int64_t count = 0;
    for (size_t at = findBytes(text, part); at != std::string::npos;
         at = findBytes(text, part, at + part.size()))
        ++count;
    return Value(count);
}

template <typename Belongs>
Value consistsOf(const BuiltinCall& call, Belongs belongs) {
    const MarkedString& text = call.selfText();
    call.runtime.scan(text.size());
    bool all = !text.empty();
    for (size_t i = 0; all && i < text.size();) {
        const utf8::Sequence c = utf8::decodeAt(text.bytes(), i);
        all = belongs(utf8proc_category(static_cast<utf8proc_int32_t>(c.codePoint)), c.codePoint);
        i += c.length;
    }
    return Value(all);
}
Value isDigit(BuiltinCall& call) {
    return consistsOf(call, [](utf8proc_category_t category, char32_t) {
        return category == UTF8PROC_CATEGORY_ND;
    });
}
Value isAlpha(BuiltinCall& call) {
    return consistsOf(call, [](utf8proc_category_t category, char32_t) {
        return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
    });
}
Value isAlnum(BuiltinCall& call) {
    return consistsOf(call, [](utf8proc_category_t category, char32_t) {
        return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
               (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO);
    });
}
Value isSpace(BuiltinCall& call) {
    return consistsOf(call, [](utf8proc_category_t, char32_t c) {
        return utf8::isWhiteSpace(c) || (c >= 0x1C && c <= 0x1F);
    });
}

Value get(BuiltinCall& call) {
    const Value& key = call.arguments[0];
    const Value* found = key.text() ? call.self.dict()->find(key.text()->bytes()) : nullptr;
    if (found)
        return *found;
    return call.has(1) ? call.arguments[1] : Value();
}

Value items(BuiltinCall& call) {
    std::vector<Value> pairs;
    for (const auto& [key, value] : call.self.dict()->entries)
        pairs.push_back(call.runtime.makeList({Value(key), value}));
    return call.runtime.makeList(std::move(pairs));
}

Value keys(BuiltinCall& call) {
    return Value(elementsOf(call.runtime, call.self));
}

Value values(BuiltinCall& call) {
    std::vector<Value> result;
    for (const auto& [key, value] : call.self.dict()->entries)
        result.push_back(value);
    return call.runtime.makeList(std::move(result));
}

}  // namespace

const std::vector<Builtin>& textMethods() {
    static const std::vector<Builtin> kTable = {
        {"strip", strip<Side::Both>, {"chars"}},
        {"lstrip", strip<Side::Left>, {"chars"}},
        {"rstrip", strip<Side::Right>, {"chars"}},
        {"split", split, {"sep", "maxsplit"}},
        {"rsplit", splitRight, {"sep", "maxsplit"}},
        {"splitlines", splitAtLines},
        {"startswith", touches<true>, {"prefix"}},
        {"endswith", touches<false>, {"suffix"}},
        {"removeprefix", removeAffix<true>, {"prefix"}},
        {"removesuffix", removeAffix<false>, {"suffix"}},
        {"upper", changeCase<LetterCase::Upper>},
        {"lower", changeCase<LetterCase::Lower>},
        {"capitalize", changeCase<LetterCase::Capitalized>},
        {"title", changeCase<LetterCase::Title>},
        {"replace", replace, {"old", "new", "count"}},
        {"join", joinItems, {"iterable"}},
        {"find", findText, {"sub"}},
        {"rfind", findTextFromRight, {"sub"}},
        {"count", countText, {"sub"}},
        {"isdigit", isDigit},
        {"isalpha", isAlpha},
        {"isalnum", isAlnum},
        {"isspace", isSpace},
    };
    return kTable;
}

const std::vector<Builtin>& dictMethods() {
    static const std::vector<Builtin> kTable = {
        {"get", get, {"key", "default"}},
        {"items", items},
        {"keys", keys},
        {"values", values},
    };
    return kTable;
}

}  // namespace hearth::engine::jinja
