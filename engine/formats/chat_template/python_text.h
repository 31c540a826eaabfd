// How Python writes values: str(), repr() and json.dumps().
#pragma once
#include <optional>

#include "engine/formats/chat_template/runtime.h"
#include "engine/formats/chat_template/value.h"

namespace hearth::engine::jinja {

/// str(value). An undefined value gives nothing.
void appendString(TextBuilder& out, const Value& value);
MarkedString toString(Runtime& runtime, const Value& value);

struct JsonStyle {
    bool ensureAscii = false;
    bool sortKeys = false;
    std::optional<MarkedString> indent;  // one level's
    MarkedString itemSeparator{", "};
    MarkedString keySeparator{": "};
};
/// json.dumps(value). Fails for what JSON cannot hold.
void appendJson(TextBuilder& out, const Value& value, const JsonStyle& style);

/// repr(float): the shortest text that gives the number back.
std::string floatText(double value);

}  // namespace hearth::engine::jinja
