// Operators, comparisons and member access on values, with Python's meaning.
#pragma once
#include <string_view>

#include "engine/formats/chat_template/ast.h"
#include "engine/formats/chat_template/runtime.h"

namespace hearth::engine::jinja {

Value applyBinary(Runtime& runtime, BinaryOperator op, const Value& left, const Value& right);
Value negate(Runtime& runtime, const Value& value);

bool equals(Runtime& runtime, const Value& left, const Value& right);
/// Whether left < right; fails for types without an order.
bool lessThan(Runtime& runtime, const Value& left, const Value& right);
bool contains(Runtime& runtime, const Value& container, const Value& element);
bool applyComparison(Runtime& runtime, Comparison comparison, const Value& left,
                     const Value& right);

/// value.name; Undefined where there is none, as in Jinja2.
Value memberOf(Runtime& runtime, const Value& value, std::string_view name);
/// value[key]
Value elementOf(Runtime& runtime, const Value& value, const Value& key);
/// value[start:stop:step]; None or Undefined for a part that is left out.
Value sliceOf(Runtime& runtime, const Value& value, const Value& start, const Value& stop,
              const Value& step);

/// The elements that a for loop sees: of a list, keys of a dict, characters of a text.
std::shared_ptr<const List> elementsOf(Runtime& runtime, const Value& value);

/// Position of needle at or after `from`, or npos; linear in the worst case.
size_t findBytes(std::string_view text, std::string_view needle, size_t from = 0);

}  // namespace hearth::engine::jinja
